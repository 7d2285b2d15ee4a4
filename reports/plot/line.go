package plot

import "huiyin/reports/paper"

// dashes tell lines apart where colours are not printed.
var dashes = [][]float64{nil, nil, {9, 3}, {2, 3}, {9, 3, 2, 3}, {5, 5}}

func dash(k int, broken bool) []float64 {
	if broken {
		return []float64{6, 4}
	}
	return dashes[k%len(dashes)]
}

// mark sets the mark of the k-th line at a point: round, square, triangle or
// diamond, in turn.
func (p *Picture) mark(k int, x, y float64, title string) {
	const r = 3.4
	shape := Shape{Kind: Area, Colour: colour(k), Text: title}
	switch k % 4 {
	case 0:
		shape = Shape{Kind: Dot, X: x, Y: y, Colour: colour(k), Text: title}
	case 1:
		shape.Points = [][2]float64{{x - r, y - r}, {x + r, y - r}, {x + r, y + r}, {x - r, y + r}}
	case 2:
		shape.Points = [][2]float64{{x, y - r - 1}, {x + r + 1, y + r}, {x - r - 1, y + r}}
	default:
		shape.Points = [][2]float64{{x, y - r - 1.5}, {x + r + 1.5, y}, {x, y + r + 1.5}, {x - r - 1.5, y}}
	}
	p.Shapes = append(p.Shapes, shape)
}

// key shows in the legend how the k-th line is drawn.
func (p *Picture) key(k int, x, y float64, s paper.Series) {
	p.Shapes = append(p.Shapes, Shape{Kind: Path, Points: [][2]float64{{x - 8, y}, {x + 15, y}}, Colour: colour(k), Dash: dash(k, s.Dashed)})
	p.mark(k, x+3.5, y, s.Name)
}
