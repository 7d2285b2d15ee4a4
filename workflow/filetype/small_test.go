package filetype

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"testing"
)

func TestASmallPictureLooksLikeTheLargeOne(t *testing.T) {
	for name, content := range map[string][]byte{"jpg": photo(t, binary.BigEndian), "png": screenshot(t)} {
		kind, _ := Find(name)
		whole, err := kind.Clean(content)
		if err != nil {
			t.Fatal(err)
		}
		small, err := Small(whole, 8)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		head, format, err := image.DecodeConfig(bytes.NewReader(small))
		if err != nil || format != "jpeg" || head.Width != 8 || head.Height != 4 {
			t.Errorf("%s: %d×%d %s, %v", name, head.Width, head.Height, format, err)
		}
		want := uint16(6)
		if name == "png" {
			want = 0
		}
		if got := turned(small); got != want {
			t.Errorf("%s: turned by %d, want %d", name, got, want)
		}
		if same, err := Small(whole, 400); err != nil || len(same) == 0 {
			t.Errorf("%s is not made larger than it is: %v", name, err)
		}
	}
}

func TestNoSmallPictureOfWhatIsNone(t *testing.T) {
	huge := screenshot(t)
	binary.BigEndian.PutUint32(huge[16:], 1<<20)
	binary.BigEndian.PutUint32(huge[20:], 1<<20)
	for name, content := range map[string][]byte{"nothing": nil, "a scan": []byte("%PDF-1.7"), "a picture that says it is huge": huge} {
		if _, err := Small(content, 8); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
