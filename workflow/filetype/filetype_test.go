package filetype

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 16, 9))
	for x := range 16 {
		m.Set(x, x%9, color.RGBA{200, byte(x * 9), 40, 255})
	}
	return m
}

// secret stands for where a picture was taken.
const secret = "N31.2304 E121.4737"

// photo is a JPEG with what a telephone writes into it: a place, how to turn
// the picture, a comment, and a film that hangs on behind.
func photo(t *testing.T, order binary.AppendByteOrder) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	head := "MM\x00\x2a"
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		head = "II\x2a\x00"
	}
	tiff := order.AppendUint32([]byte(head), 8)
	tiff = order.AppendUint16(tiff, 2)
	tiff = order.AppendUint16(tiff, tagOrientation)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, 6)
	tiff = append(tiff, 0, 0)
	tiff = order.AppendUint16(tiff, 0x8825) // the place
	tiff = append(tiff, make([]byte, 10)...)
	tiff = append(tiff, secret...)
	out := append([]byte{}, b.Bytes()[:2]...)
	out = append(out, segment(0xe1, "Exif\x00\x00"+string(tiff))...)
	out = append(out, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret)...)
	out = append(out, segment(0xed, secret)...)
	out = append(out, segment(0xfe, secret)...)
	out = append(out, b.Bytes()[2:]...)
	return append(out, secret...)
}

func segment(marker byte, text string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(text)+2)), text...)
}

func screenshot(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	const afterHeader = 8 + 25
	raw := b.Bytes()
	out := append([]byte{}, raw[:afterHeader]...)
	out = append(out, chunk("tEXt", secret)...)
	out = append(out, chunk("eXIf", secret)...)
	out = append(out, raw[afterHeader:]...)
	return append(out, secret...)
}

func chunk(name, text string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	b = append(b, name+text...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range names {
		f, err := w.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("<x/>")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func box(name, body string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))) + name + body
}

func film() []byte {
	return []byte(box("ftyp", "isom\x00\x00\x02\x00") +
		box("moov", box("mvhd", "0123")+box("trak", box("tkhd", "4567")+box("udta", secret))+box("udta", box("\xa9xyz", secret))+box("meta", secret)) +
		box("mdat", "pictures"))
}

func TestAFileIsWhatItHolds(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"a photo", string(photo(t, binary.BigEndian)), "jpg"},
		{"a screenshot", string(screenshot(t)), "png"},
		{"a scan", "%PDF-1.7\n…\n%%EOF", "pdf"},
		{"a Word file", string(zipOf(t, "[Content_Types].xml", "word/document.xml")), "docx"},
		{"an Excel file", string(zipOf(t, "[Content_Types].xml", "xl/workbook.xml")), "xlsx"},
		{"any zip", string(zipOf(t, "word/run.exe")), ""},
		{"half a Word file", string(zipOf(t, "[Content_Types].xml", "word/document.xml")[:60]), ""},
		{"an old Word file", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1…" + string(wide("WordDocument")), "doc"},
		{"an old Excel file", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1…" + string(wide("Workbook")), "xls"},
		{"an installer of Windows", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1…", ""},
		{"a recording with a tag", "ID3\x04…", "mp3"},
		{"a recording without a tag", "\xff\xfb\x90\x00", "mp3"},
		{"a wave", "RIFF\x00\x00\x00\x00WAVEfmt ", "wav"},
		{"a recording of a telephone", "#!AMR\n", "amr"},
		{"a recording of another telephone", box("ftyp", "M4A \x00"), "m4a"},
		{"a film", string(film()), "mp4"},
		{"a page", "<!DOCTYPE html><script>alert(1)</script>", ""},
		{"a drawing that can hold a program", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, ""},
		{"a program", "MZ\x90\x00", ""},
		{"a script", "#!/bin/sh\n", ""},
		{"a text", "你好", ""},
		{"nothing", "", ""},
	} {
		got, _ := Sniff([]byte(c.content))
		if got.Name != c.want {
			t.Errorf("%s is taken for %q, want %q", c.name, got.Name, c.want)
		}
	}
}

func TestWhereAPictureWasTakenIsTakenOut(t *testing.T) {
	for name, content := range map[string][]byte{
		"jpg, big endian": photo(t, binary.BigEndian), "jpg, little endian": photo(t, binary.LittleEndian),
		"png": screenshot(t), "mp4": film(),
	} {
		kind, _ := Sniff(content)
		got, err := kind.Clean(content)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if bytes.Contains(got, []byte(secret)) {
			t.Errorf("%s still tells the place", name)
		}
		if kind.Picture {
			seen, _, err := image.Decode(bytes.NewReader(got))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			before, _, err := image.Decode(bytes.NewReader(content))
			if err != nil || seen.Bounds() != before.Bounds() || seen.At(3, 3) != before.At(3, 3) {
				t.Errorf("%s looks otherwise now: %v", name, err)
			}
		}
		again, err := kind.Clean(got)
		if err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: cleaned again it changes: %v", name, err)
		}
	}
}

func TestAPhotoIsStillTurnedTheRightWay(t *testing.T) {
	kind, _ := Find("jpg")
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		got, err := kind.Clean(photo(t, order))
		if err != nil {
			t.Fatal(err)
		}
		end := 4 + int(binary.BigEndian.Uint16(got[4:]))
		if o := orientation(got[2:end]); o != 6 {
			t.Errorf("%v: orientation %d, want 6", order, o)
		}
	}
}

func TestAFilmKeepsItsPicturesWhereTheyAre(t *testing.T) {
	kind, _ := Find("mp4")
	before := film()
	after, _ := kind.Clean(before)
	if len(after) != len(before) || bytes.Index(after, []byte("pictures")) != bytes.Index(before, []byte("pictures")) {
		t.Error("the samples moved: the index of the film is wrong now")
	}
	if !bytes.Contains(after, []byte("tkhd4567")) {
		t.Error("the track lost its head")
	}
}

func TestDamagedAndDangerousFilesAreRefused(t *testing.T) {
	whole := photo(t, binary.BigEndian)
	for _, c := range []struct {
		name    string
		content []byte
		want    error
	}{
		{"half a photo", whole[:len(whole)/3], ErrBroken},
		{"half a screenshot", screenshot(t)[:60], ErrBroken},
		{"half a scan", []byte("%PDF-1.7\n" + strings.Repeat("x", 5000)), ErrBroken},
		{"a Word file with a program", zipOf(t, "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), ErrMacro},
		{"an Excel file with a program", zipOf(t, "[Content_Types].xml", "xl/workbook.xml", "xl/VBAPROJECT.BIN"), ErrMacro},
		{"an old Word file with a program", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + string(wide("WordDocument")) + string(wide("_VBA_PROJECT"))), ErrMacro},
	} {
		kind, _ := Sniff(c.content)
		if _, err := kind.Clean(c.content); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestTheNameSaysWhatTheFileIs(t *testing.T) {
	for _, c := range []struct{ kind, given, want string }{
		{"jpg", "现场.jpg", "现场.jpg"},
		{"jpg", "现场.JPEG", "现场.jpeg"},
		{"png", "现场.jpg", "现场.png"},
		{"jpg", "3.2号线站台", "3.2号线站台.jpg"},
		{"jpg", "截图", "截图.jpg"},
		{"pdf", "发票.exe", "发票.pdf"},
		{"doc", "说明.wps", "说明.wps"},
	} {
		kind, _ := Find(c.kind)
		if got := kind.FileName(c.given); got != c.want {
			t.Errorf("%s as %s: %s, want %s", c.given, c.kind, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00\xff\xda\x00\x02\xff\xd9"))
	f.Add(film())
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, ok := Sniff(content)
		if !ok {
			return
		}
		got, err := kind.Clean(content)
		if err != nil {
			return
		}
		if again, _ := Sniff(got); again.Name != kind.Name {
			t.Errorf("%s is %q after it was cleaned", kind.Name, again.Name)
		}
	})
}
