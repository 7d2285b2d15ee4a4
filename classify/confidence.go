package classify

import "math"

// confidence is the probability that the best category is right: the softmax
// over the categories that some word spoke for. Where "cannot be judged" is a
// category, it takes part with the score 0, so that one weak word alone makes
// nobody confident. The scores
// are divided by the temperature that was fitted on labelled tickets, and by a
// power of the text's length: long texts add up higher scores without being
// any clearer.
func (c *Classifier) confidence(s *scratch) float64 {
	best := s.scores[s.order[0]]
	scale := confidenceScale(c.settings.Temperature, c.settings.LengthPower, s.length)
	sum := 0.0
	if c.unjudged >= 0 {
		sum = math.Exp(-best * scale)
	}
	for _, i := range s.order {
		sum += math.Exp((s.scores[i] - best) * scale)
	}
	return 1 / sum
}

// confidenceScale is what scores are multiplied by before the softmax; length
// is the sum of the squares of the counts of the words found.
func confidenceScale(temperature, power, length float64) float64 {
	if power == 0 || length == 0 {
		return 1 / temperature
	}
	return 1 / (temperature * math.Pow(length, power/2))
}
