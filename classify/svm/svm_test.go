package svm_test

import (
	"testing"

	"huiyin/classify/svm"

	"github.com/google/go-cmp/cmp"
)

func vector(values ...float64) []svm.Feature {
	var v []svm.Feature
	for i, x := range values {
		if x != 0 {
			v = append(v, svm.Feature{Index: int32(i), Value: float32(x)})
		}
	}
	return v
}

func value(w []float64, x []svm.Feature) float64 {
	sum := 0.0
	for _, f := range x {
		sum += w[f.Index] * float64(f.Value)
	}
	return sum
}

var options = svm.Options{C: 1, Tolerance: 0.001, Iterations: 1000, Seed: 1}

func TestTrainSeparatesWhatCanBeSeparated(t *testing.T) {
	examples := [][]svm.Feature{vector(1, 0, 1), vector(1, 0.2), vector(0, 1, 1), vector(0.1, 1)}
	positive := []bool{true, true, false, false}
	w := svm.NewExamples(examples, 3).Train(positive, options)
	for i, x := range examples {
		if (value(w, x) > 0) != positive[i] {
			t.Errorf("example %d has the value %.2f, positive %v", i, value(w, x), positive[i])
		}
	}
}

// Minimum of w²/2 + C Σ max(0, 1-yw)²: for one example at 1 with C = 1 the
// derivative w - 2(1-w) is 0 at 2/3.
func TestTrainFindsTheMinimum(t *testing.T) {
	w := svm.NewExamples([][]svm.Feature{vector(1)}, 1).Train([]bool{true}, options)
	if w[0] < 0.666 || w[0] > 0.667 {
		t.Errorf("weight %.4f, want 2/3", w[0])
	}
}

func TestErrorsOnPositivesCanCostMore(t *testing.T) {
	examples := [][]svm.Feature{vector(1), vector(1), vector(1)}
	positive := []bool{true, false, false}
	dear := options
	dear.Positive = 10
	if even := value(svm.NewExamples(examples, 1).Train(positive, options), vector(1)); even >= 0 {
		t.Errorf("two against one should win, value %.2f", even)
	}
	if value := value(svm.NewExamples(examples, 1).Train(positive, dear), vector(1)); value <= 0 {
		t.Errorf("one that costs ten times should win, value %.2f", value)
	}
}

func TestTheSameSeedLearnsTheSame(t *testing.T) {
	examples := [][]svm.Feature{vector(1, 2), vector(2, 1), vector(1, 1), vector(0, 1), vector(3, 1)}
	positive := []bool{true, false, true, true, false}
	if diff := cmp.Diff(svm.NewExamples(examples, 2).Train(positive, options), svm.NewExamples(examples, 2).Train(positive, options)); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyExampleTeachesNothing(t *testing.T) {
	if w := svm.NewExamples([][]svm.Feature{nil}, 2).Train([]bool{true}, options); w[0] != 0 || w[1] != 0 {
		t.Errorf("weights %v", w)
	}
}
