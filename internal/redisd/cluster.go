package redisd

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/redis/go-redis/v9"
)

// ForTestCluster starts a cluster of three masters for one test and returns its
// address for Connect.
func ForTestCluster(t T) string {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatalf("cluster for test: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	const masters, slots = 3, 16384
	var nodes [masters]clusterNode
	for i := range nodes {
		nodes[i] = startNode(t, bin)
	}
	for i, n := range nodes {
		first, last := i*slots/masters, (i+1)*slots/masters-1
		if err := n.client.Do(ctx, "CLUSTER", "ADDSLOTSRANGE", first, last).Err(); err != nil {
			t.Fatalf("cluster for test: slots: %v", err)
		}
		if err := n.client.Do(ctx, "CLUSTER", "MEET", "127.0.0.1", nodes[0].port, nodes[0].bus).Err(); err != nil {
			t.Fatalf("cluster for test: meet: %v", err)
		}
	}
	for _, n := range nodes {
		if err := n.joined(ctx); err != nil {
			t.Fatalf("cluster for test: %v", err)
		}
	}
	return fmt.Sprintf("redis-cluster://127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d", nodes[0].port, nodes[1].port, nodes[2].port)
}

type clusterNode struct {
	port, bus int
	client    *redis.Client
}

func startNode(t T, bin string) clusterNode {
	t.Helper()
	n := clusterNode{port: freePort(t), bus: freePort(t)}
	dir := filepath.Join(t.TempDir(), fmt.Sprint(n.port))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatalf("cluster for test: %v", err)
	}
	settings := config("no") + fmt.Sprintf(
		"port %d\nbind 127.0.0.1\ncluster-enabled yes\ncluster-port %d\ncluster-node-timeout 2000\n", n.port, n.bus)
	c, err := startChild(bin, dir, settings)
	if err != nil {
		t.Fatalf("cluster for test: %v", err)
	}
	o := defaults()
	o.Addr = fmt.Sprintf("127.0.0.1:%d", n.port)
	n.client = redis.NewClient(o)
	t.Cleanup(func() {
		_ = n.client.Close()
		_ = c.cmd.Process.Kill()
		<-c.gone
	})
	for ; n.client.Ping(context.Background()).Err() != nil; time.Sleep(5 * time.Millisecond) {
		select {
		case <-c.gone:
			t.Fatalf("cluster for test: server ended: %v %s", c.state, c.out.String())
		default:
		}
	}
	return n
}

// joined waits until the node sees all slots served.
func (n clusterNode) joined(ctx context.Context) error {
	for {
		text, err := n.client.ClusterInfo(ctx).Result()
		if err != nil {
			return err
		}
		if info := parseInfo(text); info["cluster_state"] == "ok" && info["cluster_size"] == "3" {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func freePort(t T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("cluster for test: %v", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
