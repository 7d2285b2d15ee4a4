package filetype

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // for pictures of that type
)

// pixelsMost keeps a small file that says it is a huge picture from taking the
// memory of the service.
const pixelsMost = 60_000_000

// Small gives a picture at most side pixels wide and high as a JPEG, turned like
// the original. Error: ErrBroken, also for what is no picture or too large.
func Small(content []byte, side int) ([]byte, error) {
	head, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || head.Width < 1 || head.Height < 1 || head.Width > pixelsMost/head.Height {
		return nil, ErrBroken
	}
	whole, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, ErrBroken
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, shrink(whole, side), &jpeg.Options{Quality: 80}); err != nil {
		return nil, ErrBroken
	}
	small := out.Bytes()
	if o := turned(content); o > 1 {
		small = append(append(append([]byte{}, small[:2]...), orientationOnly(o)...), small[2:]...)
	}
	return small, nil
}

// turned is the orientation of a cleaned JPEG: its first segment says it.
func turned(b []byte) uint16 {
	if len(b) < 6 || b[2] != 0xff || b[3] != markerExif {
		return 0
	}
	if end := 4 + int(binary.BigEndian.Uint16(b[4:])); end <= len(b) && end >= 6 {
		return orientation(b[2:end])
	}
	return 0
}

// shrink averages a few samples of the original for each pixel; what is
// transparent becomes white.
func shrink(m image.Image, side int) image.Image {
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	if longest := max(w, h); longest > side {
		w, h = max(1, w*side/longest), max(1, h*side/longest)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	const samples = 3 // a side
	for y := range h {
		for x := range w {
			var sum [3]uint32
			for i := range samples * samples {
				px := b.Min.X + (x*samples+i%samples)*b.Dx()/(w*samples)
				py := b.Min.Y + (y*samples+i/samples)*b.Dy()/(h*samples)
				r, g, bl, a := m.At(px, py).RGBA()
				white := 0xffff - a
				sum[0], sum[1], sum[2] = sum[0]+(r+white)>>8, sum[1]+(g+white)>>8, sum[2]+(bl+white)>>8
			}
			const n = samples * samples
			out.SetRGBA(x, y, color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255})
		}
	}
	return out
}
