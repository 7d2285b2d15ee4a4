package reports

import "huiyin/ticket"

// Volume is section 1: what came, what was done, what is left.
type Volume struct {
	Received int `json:"received"`
	// Valid is received less refused and merged.
	Valid      int `json:"valid"`
	Rejected   int `json:"rejected"`
	Merged     int `json:"merged"`
	Closed     int `json:"closed"` // in the period, whenever received; the first closing of each
	CarriedIn  int `json:"carried_in"`
	CarriedOut int `json:"carried_out"`
	// Left is what was merged or handed over without a closing of its own:
	// carried in + received = closed + left + carried out.
	Left int `json:"left"`

	ReceivedMoM Change `json:"received_mom"`
	ReceivedYoY Change `json:"received_yoy"`
	ClosedMoM   Change `json:"closed_mom"`
	ClosedYoY   Change `json:"closed_yoy"`
	Stock       Change `json:"stock"` // carried out against carried in
	YearToDate  Change `json:"year_to_date"`

	Trend []TrendPoint `json:"trend"` // 13 months, 9 quarters, 3 years; this one last

	Joint        int `json:"joint"`         // tickets with co-units
	JointTimes   int `json:"joint_times"`   // 件次: each ticket once for its lead and once for each co-unit
	Auto         int `json:"auto"`          // dispatched by the service itself
	Confidential int `json:"confidential"`  // asked for confidentiality
	Urgent       int `json:"urgent"`        // urgent and critical
	Transferred  int `json:"transferred"`   // to external units
	RedoneInWork int `json:"redone_inwork"` // closed once, open again by a redo; not counted twice
}

// TrendPoint is a period of the trend. Known is false before the first data.
type TrendPoint struct {
	Month    ticket.Month `json:"month,omitempty"` // empty when the period is no month
	Period   Period       `json:"period"`
	Label    string       `json:"label"` // on an axis
	Known    bool         `json:"known"`
	Received int          `json:"received"`
	Closed   int          `json:"closed"`
	Open     int          `json:"open"` // at its end
}

func received(t *tally) int { return t.received }

func (b *builder) volume() Volume {
	own := b.own()
	open := b.flow.open()
	v := Volume{
		Received: own.received, Rejected: own.rejected, Merged: own.merged,
		Valid:  own.received - own.rejected - own.merged,
		Closed: b.flow.closed[b.self], CarriedIn: open[b.self-1], CarriedOut: open[b.self],
		ReceivedMoM: b.monthOnMonth(received), ReceivedYoY: b.yearOnYear(received),
		Joint: own.joint, JointTimes: own.received + own.jointTimes,
		Auto: own.auto, Confidential: own.confidential, Urgent: own.urgent, Transferred: own.transferred,
	}
	v.Left = v.CarriedIn + v.Received - v.Closed - v.CarriedOut
	v.ClosedMoM = Change{Now: v.Closed, Before: b.before.closed, Known: b.hasData(b.prev)}
	v.ClosedYoY = Change{Now: v.Closed, Before: b.yearAgo.closed, Known: b.hasData(b.year)}
	v.Stock = Change{Now: v.CarriedOut, Before: v.CarriedIn, Known: true}
	v.YearToDate = b.toDate
	for _, i := range b.shown {
		at := b.periods[i]
		point := TrendPoint{Month: at.Month(), Period: at, Label: at.label(), Known: b.hasData(i) || i == b.self}
		if point.Known {
			point.Received = b.whole(i).received
			point.Closed, point.Open = b.flow.closed[i], open[i]
		}
		v.Trend = append(v.Trend, point)
	}
	b.active(func(f *ticket.Fact) {
		if reopened(f) {
			v.RedoneInWork++
		}
	})
	return v
}

// reopened: closed once, and in work again by a redo.
func reopened(f *ticket.Fact) bool { return !f.ClosedAt.IsZero() && f.State.IsOpen() }
