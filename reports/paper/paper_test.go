package paper

import (
	"slices"
	"strconv"
	"testing"
)

func TestSeriesAreToldApartWithoutColours(t *testing.T) {
	const apart = 20 // of 255
	var greys []float64
	for _, c := range Palette {
		rgb, err := strconv.ParseUint(c, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		greys = append(greys, .299*float64(rgb>>16)+.587*float64(rgb>>8&255)+.114*float64(rgb&255))
	}
	slices.Sort(greys)
	for i := range greys[1:] {
		if greys[i+1]-greys[i] < apart {
			t.Errorf("two series are printed alike: grey %.0f and %.0f", greys[i], greys[i+1])
		}
	}
}

func TestTheHighestOfAChart(t *testing.T) {
	series := []Series{{Values: []float64{3, 1}}, {Values: []float64{1, 4}}}
	for name, c := range map[string]struct {
		kind ChartKind
		want float64
	}{
		"side by side it is the largest number":                           {Columns, 4},
		"on top of each other it is the largest sum":                      {Stacked, 5},
		"the share of a Pareto chart has an axis of its own, not counted": {Pareto, 3},
	} {
		t.Run(name, func(t *testing.T) {
			chart := Chart{Kind: c.kind, Categories: []string{"甲", "乙"}, Series: series}
			if got := chart.Highest(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
