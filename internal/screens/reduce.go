package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// reduced is a PNG with at most 256 colours, a third of the size: a page has
// few colours, and the shades of its letters are close to each other. The
// colours are chosen by median cut, weighted by how often each stands there.
func reduced(picture []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	at, counts := full.Bounds(), map[color.RGBA]int{}
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			counts[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	palette, index := medianCut(counts, 256)
	few := image.NewPaletted(at, palette)
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			few.SetColorIndex(x, y, index[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)])
		}
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, few); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

type shade struct {
	c     color.RGBA
	count int
}

func channel(c color.RGBA, i int) int { return int([3]uint8{c.R, c.G, c.B}[i]) }

// box is some shades that become one colour: the channel in which they lie
// furthest apart, and how far, weighted by how much of the picture they are.
type box struct {
	shades      []shade
	by, urgency int
}

func boxOf(shades []shade) box {
	b, weight := box{shades: shades}, 1
	total := 0
	for _, s := range shades {
		total += s.count
	}
	for n := total; n > 0; n >>= 1 {
		weight++
	}
	for i := range 3 {
		least := slices.MinFunc(shades, func(a, b shade) int { return channel(a.c, i) - channel(b.c, i) })
		most := slices.MaxFunc(shades, func(a, b shade) int { return channel(a.c, i) - channel(b.c, i) })
		if d := (channel(most.c, i) - channel(least.c, i)) * weight; d > b.urgency {
			b.by, b.urgency = i, d
		}
	}
	return b
}

func medianCut(counts map[color.RGBA]int, most int) (color.Palette, map[color.RGBA]uint8) {
	var all []shade
	for c, n := range counts {
		all = append(all, shade{c, n})
	}
	slices.SortFunc(all, func(a, b shade) int {
		return cmp.Or(int(a.c.R)-int(b.c.R), int(a.c.G)-int(b.c.G), int(a.c.B)-int(b.c.B))
	})
	boxes := []box{boxOf(all)}
	for len(boxes) < most {
		pick := 0
		for i := range boxes {
			if boxes[i].urgency > boxes[pick].urgency {
				pick = i
			}
		}
		cut := boxes[pick]
		if cut.urgency == 0 {
			break
		}
		slices.SortStableFunc(cut.shades, func(a, b shade) int { return channel(a.c, cut.by) - channel(b.c, cut.by) })
		half := len(cut.shades) / 2
		boxes[pick] = boxOf(cut.shades[:half])
		boxes = append(boxes, boxOf(cut.shades[half:]))
	}
	palette, index := make(color.Palette, len(boxes)), map[color.RGBA]uint8{}
	for i, b := range boxes {
		palette[i] = mean(b.shades)
		for _, s := range b.shades {
			index[s.c] = uint8(i)
		}
	}
	return palette, index
}

// mean is the colour that stands for shades; that of most of it when one shade
// is most of it, so that plain grounds stay what they are.
func mean(shades []shade) color.RGBA {
	var r, g, b, n int
	for _, s := range shades {
		r, g, b, n = r+int(s.c.R)*s.count, g+int(s.c.G)*s.count, b+int(s.c.B)*s.count, n+s.count
	}
	most := slices.MaxFunc(shades, func(a, b shade) int { return a.count - b.count })
	if most.count*2 > n {
		return most.c
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 255}
}
