// Package georeport is the language of Open311 GeoReport v2: what is said of
// services and requests, in JSON and in XML, as civic-technology clients read it.
package georeport

import (
	"encoding/json"
	"encoding/xml"
	"time"
)

// Service is a kind of request that can be made.
type Service struct {
	Code        string `json:"service_code" xml:"service_code"`
	Name        string `json:"service_name" xml:"service_name"`
	Description string `json:"description" xml:"description"`
	Metadata    bool   `json:"metadata" xml:"metadata"` // whether it has a definition with attributes
	Type        string `json:"type" xml:"type"`         // realtime: the number is given at once
	Keywords    string `json:"keywords" xml:"keywords"`
	Group       string `json:"group" xml:"group"`
}

// Definition is what can be said with a request of a service.
type Definition struct {
	Code       string      `json:"service_code"`
	Attributes []Attribute `json:"attributes"`
}

// Attribute is a question of a definition.
type Attribute struct {
	Variable bool    `json:"variable" xml:"variable"`
	Code     string  `json:"code" xml:"code"`
	Datatype string  `json:"datatype" xml:"datatype"`
	Required bool    `json:"required" xml:"required"`
	Hint     string  `json:"datatype_description" xml:"datatype_description"`
	Order    int     `json:"order" xml:"order"`
	Words    string  `json:"description" xml:"description"`
	Values   []Value `json:"values,omitempty" xml:"values>value,omitempty"`
}

// Value is a choice of an attribute.
type Value struct {
	Key  string `json:"key" xml:"key"`
	Name string `json:"name" xml:"name"`
}

// Created is the answer to a new request.
type Created struct {
	ID     string `json:"service_request_id" xml:"service_request_id"`
	Notice string `json:"service_notice" xml:"service_notice"`
	// AccountID is always empty: the service keeps no accounts of callers.
	AccountID string `json:"account_id" xml:"account_id"`
}

// Token is the answer to the question for a token.
type Token struct {
	ID    string `json:"service_request_id" xml:"service_request_id"`
	Token string `json:"token" xml:"token"`
}

// The states of a request.
const (
	Open   = "open"
	Closed = "closed"
)

// Request is what the public may know of a request.
type Request struct {
	ID          string   `json:"service_request_id" xml:"service_request_id"`
	Status      string   `json:"status" xml:"status"`
	Notes       string   `json:"status_notes" xml:"status_notes"`
	ServiceName string   `json:"service_name" xml:"service_name"`
	ServiceCode string   `json:"service_code" xml:"service_code"`
	Description string   `json:"description" xml:"description"`
	Agency      string   `json:"agency_responsible" xml:"agency_responsible"`
	Notice      string   `json:"service_notice" xml:"service_notice"`
	Requested   string   `json:"requested_datetime" xml:"requested_datetime"`
	Updated     string   `json:"updated_datetime" xml:"updated_datetime"`
	Expected    string   `json:"expected_datetime" xml:"expected_datetime"`
	Address     string   `json:"address" xml:"address"`
	AddressID   string   `json:"address_id" xml:"address_id"`
	Zipcode     string   `json:"zipcode" xml:"zipcode"`
	Lat         *float64 `json:"lat" xml:"lat"`
	Long        *float64 `json:"long" xml:"long"`
	MediaURL    string   `json:"media_url" xml:"media_url"`
}

// Fault is an error as the specification has it.
type Fault struct {
	Code        int    `json:"code" xml:"code"`
	Description string `json:"description" xml:"description"`
}

// Discovery tells clients where things are.
type Discovery struct {
	Changeset  string     `json:"changeset" xml:"changeset"`
	Contact    string     `json:"contact" xml:"contact"`
	KeyService string     `json:"key_service" xml:"key_service"`
	Endpoints  []Endpoint `json:"endpoints" xml:"endpoints>endpoint"`
}

// Endpoint is an address of the service.
type Endpoint struct {
	Specification string   `json:"specification" xml:"specification"`
	URL           string   `json:"url" xml:"url"`
	Changeset     string   `json:"changeset" xml:"changeset"`
	Type          string   `json:"type" xml:"type"`
	Formats       []string `json:"formats" xml:"formats>format"`
}

// The formats.
const (
	JSON = "json"
	XML  = "xml"
)

// The media types of the formats.
const (
	JSONMedia = "application/json; charset=utf-8"
	XMLMedia  = "application/xml; charset=utf-8"
)

// Encode writes an answer: a list, a Definition or a Discovery. The names of
// the XML elements are those of the specification.
func Encode(format string, answer any) (body []byte, media string, err error) {
	if format != XML {
		body, err = json.Marshal(answer)
		return body, JSONMedia, err
	}
	body, err = xml.Marshal(inXML(answer))
	return append([]byte(xml.Header), body...), XMLMedia, err
}

func inXML(answer any) any {
	switch a := answer.(type) {
	case []Service:
		return struct {
			XMLName xml.Name  `xml:"services"`
			Items   []Service `xml:"service"`
		}{Items: a}
	case Definition:
		return struct {
			XMLName    xml.Name    `xml:"service_definition"`
			Code       string      `xml:"service_code"`
			Attributes []Attribute `xml:"attributes>attribute"`
		}{Code: a.Code, Attributes: a.Attributes}
	case []Created:
		return struct {
			XMLName xml.Name  `xml:"service_requests"`
			Items   []Created `xml:"request"`
		}{Items: a}
	case []Token:
		return struct {
			XMLName xml.Name `xml:"service_requests"`
			Items   []Token  `xml:"request"`
		}{Items: a}
	case []Request:
		return struct {
			XMLName xml.Name  `xml:"service_requests"`
			Items   []Request `xml:"request"`
		}{Items: a}
	case []Fault:
		return struct {
			XMLName xml.Name `xml:"errors"`
			Items   []Fault  `xml:"error"`
		}{Items: a}
	case Discovery:
		return struct {
			XMLName xml.Name `xml:"discovery"`
			Discovery
		}{Discovery: a}
	}
	return answer
}

// Moment writes a time as W3C date and time, empty for the zero time.
func Moment(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.RFC3339)
}
