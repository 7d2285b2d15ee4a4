package classify

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"huiyin/internal/policyfile"
	"huiyin/tables"
	"huiyin/ticket"

	"github.com/google/go-cmp/cmp"
)

func placesOf(rows string) fstest.MapFS {
	return fstest.MapFS{placesFile: {Data: []byte("地名,县区,类别\n" + rows)}}
}

func TestLoadPlaces(t *testing.T) {
	places, err := LoadPlaces(placesOf("柳林鎮,城东区,镇街\n柳林镇,城东区,镇街\n柳林大桥,城东区,桥梁\n柳林站,城东区,车站\n柳林收费站,城东区,收费站\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := places.Scan("柳林镇、柳林大桥、柳林站和柳林收费站")
	want := []ticket.Entity{
		{Kind: ticket.EntityPlace, Text: "柳林镇", County: "城东区", Start: 0, End: 3},
		{Kind: ticket.EntityRoad, Text: "柳林大桥", County: "城东区", Start: 4, End: 8},
		{Kind: ticket.EntityStation, Text: "柳林站", County: "城东区", Start: 9, End: 12},
		{Kind: ticket.EntityToll, Text: "柳林收费站", County: "城东区", Start: 13, End: 18},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entities (-want +got)\n%s", diff)
	}
}

func TestFaultsOfPlacesAreAllNamed(t *testing.T) {
	_, err := LoadPlaces(placesOf("柳,城东区,镇街\n白沙镇,,镇街\n沙河镇,城西区,镇\n石桥村,城东区,村\n石桥村,城西区,村\n"))
	var faults policyfile.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("error is %v, want faults", err)
	}
	want := []string{"第2行第1列：“柳”太短", "第3行第2列：要填“白沙镇”在哪个县区", "第4行第3列：没有“镇”这个类别", "第6行第1列：“石桥村”写了两次"}
	if len(faults) != len(want) {
		t.Fatalf("faults are\n%v", err)
	}
	for i, f := range faults {
		if !strings.Contains(f.Error(), want[i]) {
			t.Errorf("fault %d is %s, want %s", i, f.Error(), want[i])
		}
	}
}

func TestAMissingGazetteerIsAFault(t *testing.T) {
	if _, err := LoadPlaces(fstest.MapFS{}); err == nil {
		t.Error("no error")
	}
}

func TestPlacesOfTheDefaultPolicyAreFound(t *testing.T) {
	places, err := LoadPlaces(tables.Default())
	if err != nil {
		t.Fatal(err)
	}
	counties := map[string]bool{}
	for _, e := range places.Scan("在临河县城到城东客运站的临白公路上，皖A12345超速") {
		counties[e.County] = true
	}
	if !counties["临河县"] || !counties["城东区"] {
		t.Errorf("counties are %v, want 临河县 and 城东区", counties)
	}
}
