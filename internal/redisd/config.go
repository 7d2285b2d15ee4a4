package redisd

import "fmt"

// config is what the server is told on standard input; its folder is the
// working folder, so no path here can be too long or hold a blank.
func config(fsync string) string {
	return fmt.Sprintf(`port 0
unixsocket %s
unixsocketperm 700
logfile %s
dir ./
daemonize no
databases 1
save ""
appendonly yes
appendfsync %s
# A flipped length in the middle looks like a cut end, and "yes" would silently
# drop all that follows. We look ourselves, keep a copy, and say what went.
aof-load-truncated no
aof-use-rdb-preamble yes
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 64mb
maxmemory-policy noeviction
# A backup asks as a replica does; nobody else comes whom it could wait for.
repl-diskless-sync yes
repl-diskless-sync-delay 0
# One field over the limit turns a ticket's hash into a table of twice the size.
hash-max-listpack-value 4096
hash-max-listpack-entries 128
`, socketName, logName, fsync)
}
