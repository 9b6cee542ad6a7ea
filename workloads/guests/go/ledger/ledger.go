// JSON by encoding/json into structures and back: the program `ledger` of PROGRAMS.md.
package ledger

import (
	"bytes"
	"encoding/json"
	"strconv"

	"wasmark/guests/kernel"
)

type document struct {
	Accounts []account `json:"accounts"`
}

type account struct {
	ID      int     `json:"id"`
	Owner   string  `json:"owner"`
	Active  bool    `json:"active"`
	Balance int     `json:"balance"`
	Entries []entry `json:"entries"`
}

type entry struct {
	Amount int    `json:"amount"`
	Label  string `json:"label"`
}

var labels = [8]string{
	"rent", `coffee "to go"`, "café au lait", "line\nbreak", `back\slash`, "tea and cake", "grüße", "",
}

func build() (made document) {
	state := uint64(128)
	for id := range 48 {
		owner := "owner " + strconv.Itoa(int(kernel.Random(&state)%100000))
		one := account{ID: id, Owner: owner, Active: kernel.Random(&state)%4 != 0}
		for range 8 {
			amount := int(kernel.Random(&state)%200000) - 100000
			one.Entries = append(one.Entries, entry{amount, labels[kernel.Random(&state)%8]})
		}
		made.Accounts = append(made.Accounts, one)
	}
	return made
}

func parse(text []byte) (parsed document) {
	if err := json.Unmarshal(text, &parsed); err != nil {
		kernel.Fail("parse the document: " + err.Error())
	}
	return parsed
}

// As json.Marshal, which would write <, > and & as if for a page of HTML.
func write(one document) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(one); err != nil {
		kernel.Fail("write the document: " + err.Error())
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

// Changes the document for the unit of this number and returns the unit's total.
func (d *document) change(unit int) (total int) {
	for i := range d.Accounts {
		a := &d.Accounts[i]
		if a.Active {
			for _, entry := range a.Entries {
				a.Balance += entry.Amount
			}
			total += a.Balance
		}
		a.Active = (a.ID+unit)%4 != 0
		a.Entries = append(a.Entries[1:], a.Entries[0])
	}
	d.Accounts = append(d.Accounts[1:], d.Accounts[0])
	return total
}

// Run does so many units of work and returns the checksum.
func Run(units int) (checksum uint64) {
	text := write(build())
	for unit := range units {
		parsed := parse(text)
		checksum = kernel.Fold(checksum, uint64(parsed.change(unit)))
		text = write(parsed)
	}
	for _, one := range text {
		checksum = kernel.Fold(checksum, uint64(one))
	}
	return checksum
}
