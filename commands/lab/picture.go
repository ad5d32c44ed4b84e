package lab

import "fmt"

// A block is a part of a picture: some lines, and a list that is cut where there is no room for it.
type block struct {
	head  []line
	items []item
	rest  string // what is true of all items that are not marked
}

// An item is a line of a list. Marked ones stay when the list is cut.
type item struct {
	line
	marked bool
}

// fewItems is to how many items lists are cut before the gaps between blocks are closed.
const fewItems = 4

// picture shows the world of a sight in so many columns and rows. Its time is not in it: what is the same at two moments has the same
// picture.
func picture(s sight, columns, rows int) []line {
	v := s.view
	var blocks []block
	longest := 1
	add := func(b block) {
		if len(b.head)+len(b.items) > 0 {
			blocks = append(blocks, b)
			longest = max(longest, len(b.items))
		}
	}
	for i := range v.Clusters {
		add(hsmsBlock(&v.Clusters[i]))
		add(troubleBlock(&v.Clusters[i]))
	}
	add(storesBlock(v))
	add(keysBlock(v))
	add(faultsBlock(s))
	lines := layOut(blocks, longest, true)
	for most := longest - 1; most >= fewItems && len(lines) > rows; most-- {
		lines = layOut(blocks, most, true)
	}
	for most := longest; most > 0 && len(lines) > rows; most-- {
		lines = layOut(blocks, most, false)
	}
	if len(lines) > rows {
		lines = append(lines[:max(0, rows-1):max(0, rows-1)], say(faint, fmt.Sprintf("and %d more lines", len(lines)-rows+1)))
	}
	for i := range lines {
		lines[i] = lines[i].cut(columns)
	}
	return lines
}

// layOut puts blocks below each other, with at most so many items of each list, and with gaps between them or without.
func layOut(blocks []block, most int, gaps bool) []line {
	var lines []line
	for i, b := range blocks {
		if gaps && i > 0 && len(b.head) > 0 {
			lines = append(lines, line{})
		}
		lines = append(lines, b.head...)
		lines = append(lines, b.shown(most)...)
	}
	return lines
}

// shown are the items, or those of them that come first and that are marked, and how many more there are.
func (b *block) shown(most int) []line {
	show := make([]bool, len(b.items))
	left := most
	if len(b.items) == most+1 {
		left++ // it takes no more room than to say that there is one more
	}
	for _, marked := range []bool{true, false} {
		for i, it := range b.items {
			if it.marked == marked && left > 0 {
				show[i] = true
				left--
			}
		}
	}
	var lines []line
	hidden, rest := 0, b.rest
	for i, it := range b.items {
		switch {
		case show[i]:
			lines = append(lines, it.line)
		case it.marked:
			hidden, rest = hidden+1, ""
		default:
			hidden++
		}
	}
	if hidden > 0 {
		lines = append(lines, say(faint, fmt.Sprintf("  and %d more", hidden), rest))
	}
	return lines
}
