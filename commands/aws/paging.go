package aws

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// paging is how the pages of an answer are collected.
type paging struct {
	on       bool
	start    string // where an earlier command stopped; "" for the beginning
	size     int    // of a page; 0 leaves it to the service
	maxItems int    // of all pages; negative for no bound
}

// truncated is the member of a starting token that says how much of its page was shown already.
const truncated = "boto_truncate_amount"

// run asks for page after page and prints them as one answer.
func (p paging) run(ctx context.Context, c *client, params value.Object, out *printer) error {
	pages := c.op.Pages
	next, skip := p.token(pages)
	if p.size != 0 && pages.Size != "" {
		params = params.With(pages.Size, int64(p.size))
	}
	var collected []value.Object
	resume := ""
	for items, last, first := 0, any(nil), true; ; first = false {
		if next != nil {
			params = params.With(pages.Ask, next)
		}
		if err := validate(c.op.In, params); err != nil {
			return err
		}
		page, err := c.call(ctx, params)
		if err != nil {
			return err
		}
		if !first {
			skip = 0
		} else if p.start != "" {
			page = leaveOut(page, pages, skip)
		}
		v, _ := page.Get(pages.Result[0])
		list, _ := v.([]any)
		if over := items + len(list) - p.maxItems; p.maxItems >= 0 && over > 0 {
			keep := max(0, len(list)-over)
			collected = append(collected, page.With(pages.Result[0], slices.Clone(list[:keep])))
			resume = resumption(pages.Ask, next, keep+skip)
			break
		}
		collected = append(collected, page)
		items += len(list)
		if next = following(page, pages); next == nil {
			break
		}
		if items == p.maxItems {
			resume = resumption(pages.Ask, next, 0)
			break
		}
		if value.Equal(last, next) {
			return fail(statusOther, "Error during pagination: The same next token was received twice: {%s: %s}", value.Repr(pages.Ask), value.Repr(next))
		}
		last = next
	}
	return out.printPages(pages.Result, collected, resume)
}

// following is what asks for the page after this one; nil after the last.
func following(page value.Object, pages *model.Pages) any {
	if pages.More != "" {
		if more, _ := page.Get(pages.More); more != true {
			return nil
		}
	}
	next, _ := page.Get(pages.Next)
	if next == "" {
		return nil
	}
	return next
}

// leaveOut drops the elements of a first page that an earlier command has shown.
func leaveOut(page value.Object, pages *model.Pages, skip int) value.Object {
	for i, result := range pages.Result {
		v, _ := page.Get(result)
		list, ok := v.([]any)
		if !ok {
			continue
		}
		if i > 0 {
			skip = len(list)
		}
		page = page.With(result, slices.Clone(list[min(skip, len(list)):]))
	}
	return page
}

// token reads a starting token: base64 of JSON, or the service's own with an optional ___ and number behind it.
func (p paging) token(pages *model.Pages) (next any, skip int) {
	if p.start == "" {
		return nil, 0
	}
	if data, err := base64.StdEncoding.DecodeString(p.start); err == nil {
		if v, err := value.ParseJSON(data); err == nil {
			if o, ok := v.(value.Object); ok {
				next, _ = o.Get(pages.Ask)
				n, _ := o.Get(truncated)
				f, _ := value.Number(n)
				return next, max(0, int(f))
			}
		}
	}
	text, number, _ := strings.Cut(p.start, "___")
	skip, _ = strconv.Atoi(number)
	if text == "None" {
		return nil, max(0, skip)
	}
	return text, max(0, skip)
}

// resumption makes the token with which another command goes on.
func resumption(ask string, next any, amount int) string {
	token := value.Object{{Key: ask, Value: next}}
	if amount > 0 || next == nil {
		token = append(token, value.Member{Key: truncated, Value: int64(amount)})
	}
	return base64.StdEncoding.EncodeToString(value.AppendJSON(nil, token))
}

// merge makes one answer of the pages: the members that are collected, and where to go on.
func merge(results []string, pages []value.Object, resume string) value.Object {
	whole := value.Object{}
	for _, page := range pages {
		for _, result := range results {
			v, _ := page.Get(result)
			list, ok := v.([]any)
			if !ok {
				continue
			}
			before, _ := whole.Get(result)
			all, _ := before.([]any)
			whole = whole.With(result, append(append([]any{}, all...), list...))
		}
	}
	if resume != "" {
		whole = append(whole, value.Member{Key: "NextToken", Value: resume})
	}
	return whole
}
