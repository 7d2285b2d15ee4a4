package classify

import "math"

// confidence is the probability that the category with the highest score is
// right: the softmax of all scores, divided by the temperature that was fitted
// on labelled tickets. With a length power p the scores are first divided by
// the p-th power of the text's length, because long texts add up higher scores
// without being any clearer.
func (c *Classifier) confidence(s *scratch, best int) float64 {
	return softmaxTop(s.scores, best, confidenceScale(c.settings.Temperature, c.settings.LengthPower, s.length))
}

// confidenceScale is what scores are multiplied by before the softmax; length
// is the sum of the squares of the counts.
func confidenceScale(temperature, power, length float64) float64 {
	if power == 0 || length == 0 {
		return 1 / temperature
	}
	return 1 / (temperature * math.Pow(length, power/2))
}

func softmaxTop(scores []float64, best int, scale float64) float64 {
	sum := 0.0
	for _, score := range scores {
		sum += math.Exp((score - scores[best]) * scale)
	}
	return 1 / sum
}
