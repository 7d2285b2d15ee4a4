package classify

import "math"

// confidence is the probability that the category with the highest score is
// right: the softmax of all scores, divided by the temperature that was fitted
// on labelled tickets. With a length power p the scores are first divided by
// the p-th power of the text's length, because long texts add up higher scores
// without being any clearer.
func (c *Classifier) confidence(s *scratch, best int) float64 {
	scale := 1 / c.settings.Temperature
	if p := c.settings.LengthPower; p > 0 && s.length > 0 {
		scale /= math.Pow(s.length, p/2)
	}
	return softmaxTop(s.scores, best, scale)
}

func softmaxTop(scores []float64, best int, scale float64) float64 {
	sum := 0.0
	for _, score := range scores {
		sum += math.Exp((score - scores[best]) * scale)
	}
	return 1 / sum
}
