using System.Globalization;
using System.Net;
using System.Text;

namespace AkkaRaft.TestKit.Linearizability;

/// <summary>
/// Draws the part of a history that cannot be explained as a page of its own, without scripts or anything from elsewhere.
/// </summary>
internal static class TimelinePage
{
    private const int ShownBefore = 40;
    private const int ShownAfter = 2;
    private const int NameWidth = 110;
    private const int Top = 30;
    private const int RowHeight = 46;
    private const int BarHeight = 36;
    private const int EventWidth = 150;

    private const string Style = """
        :root { color-scheme: light; }
        body { font: 14px/1.5 system-ui, sans-serif; margin: 24px; color: #1c2733; background: #fff; }
        h1 { font-size: 20px; margin: 0 0 4px; }
        p { max-width: 60em; margin: 6px 0; }
        /* Right to left, so that it opens where the history breaks, at its end. */
        .scroll { overflow-x: auto; border: 1px solid #d5dce3; border-radius: 6px; margin: 14px 0; direction: rtl; }
        .drawing { display: inline-flex; direction: ltr; }
        .names { position: sticky; left: 0; flex: none; background: #fff; border-right: 1px solid #d5dce3; }
        .names text { font-weight: 600; }
        .bars { flex: none; }
        .key span { display: inline-block; padding: 1px 8px; border-radius: 4px; margin-right: 10px; }
        .taken { fill: #cfe3f7; stroke: #5b8fc0; background: #cfe3f7; }
        .bad { fill: #f9c6c1; stroke: #c5362b; stroke-width: 2; background: #f9c6c1; }
        .open { fill: #eceff2; stroke: #93a1ae; stroke-dasharray: 4 3; background: #eceff2; }
        .later { fill: #f6f7f9; stroke: #b9c3cc; background: #f6f7f9; }
        text { font: 11px system-ui, sans-serif; fill: #1c2733; }
        text.axis { fill: #66727d; font-size: 11px; }
        line { stroke: #e3e8ec; }
        table { border-collapse: collapse; }
        td, th { text-align: left; padding: 3px 14px 3px 0; border-bottom: 1px solid #e3e8ec; }
        """;

    public static string Render<TInput, TOutput>(LinearizabilityResult<TInput, TOutput> result)
    {
        var page = new StringBuilder();
        page.AppendLine("<!DOCTYPE html>").AppendLine("<html lang=\"en\"><head><meta charset=\"utf-8\"><title>History</title>");
        page.AppendLine($"<style>{Style}</style></head><body>");
        page.AppendLine($"<h1>{Heading(result)}</h1>");
        if (!result.IsLinearizable)
        {
            page.AppendLine(
                "<p>A line for each client, a bar for each operation from its call to its answer. Time goes to the right, drawn by the "
                + "order of events. Numbers give the longest order that explains all answers before the search was stuck.</p>");
            page.AppendLine(
                "<p class=\"key\"><span class=\"taken\">explained</span><span class=\"bad\">cannot be explained</span>"
                + "<span class=\"open\">never answered</span><span class=\"later\">not reached</span></p>");
            AppendDrawing(page, result);
            AppendTable(page, result);
        }

        return page.AppendLine("</body></html>").ToString();
    }

    private static string Heading<TInput, TOutput>(LinearizabilityResult<TInput, TOutput> result) => result.Verdict switch
    {
        Verdict.Linearizable => "The history is linearizable",
        Verdict.NotLinearizable => $"Not linearizable: key “{Text(result.Key)}”",
        _ => $"Undecided: key “{Text(result.Key)}”",
    };

    private static void AppendDrawing<TInput, TOutput>(StringBuilder page, LinearizabilityResult<TInput, TOutput> result)
    {
        var shown = Shown(result);
        var times = shown.SelectMany(Times).Distinct().Order().ToList();
        var clients = shown.Select(operation => operation.Client).Distinct().Order(StringComparer.Ordinal).ToList();
        var rows = RowsOf(shown, clients, out var rowCount);
        var width = (times.Count + 1) * EventWidth;
        var height = Top + (rowCount * RowHeight) + 10;
        page.AppendLine($"<div class=\"scroll\"><div class=\"drawing\"><svg class=\"names\" width=\"{NameWidth}\" height=\"{height}\">");
        foreach (var client in clients)
        {
            var first = shown.Where(operation => operation.Client == client).Min(operation => rows[operation]);
            page.AppendLine($"<text x=\"8\" y=\"{Y(first) + 22}\">{Text(client)}</text>");
        }

        page.AppendLine($"</svg><svg class=\"bars\" width=\"{width}\" height=\"{height}\" role=\"img\">");
        AppendAxis(page, times, height);
        AppendBars(page, result, shown, rows, operation => X(times, operation.CalledAt), operation =>
            operation.ReturnedAt is { } at ? X(times, at) : width - 8);
        page.AppendLine("</svg></div></div>");
    }

    private static void AppendBars<TInput, TOutput>(
        StringBuilder page,
        LinearizabilityResult<TInput, TOutput> result,
        List<Operation<TInput, TOutput>> shown,
        Dictionary<Operation<TInput, TOutput>, int> rows,
        Func<Operation<TInput, TOutput>, int> from,
        Func<Operation<TInput, TOutput>, int> to)
    {
        var order = result.Longest.Select((operation, at) => (operation, at)).ToDictionary(pair => pair.operation, pair => pair.at + 1);
        var bad = result.Unexplained.Select(unexplained => unexplained.Operation).ToHashSet();
        foreach (var operation in shown)
        {
            var y = Y(rows[operation]);
            var x = from(operation);
            var kind = bad.Contains(operation) ? "bad" : operation.IsPending ? "open" : order.ContainsKey(operation) ? "taken" : "later";
            var number = order.TryGetValue(operation, out var place) ? $"{place}. " : "";
            page.AppendLine(
                $"<g><title>{Text(operation.ToString())}</title>"
                + $"<rect class=\"{kind}\" x=\"{x}\" y=\"{y}\" width=\"{to(operation) - x - 3}\" height=\"{BarHeight}\" rx=\"3\"/>"
                + $"<text x=\"{x + 5}\" y=\"{y + 15}\">{Text($"{number}{operation.Input}")}</text>"
                + $"<text x=\"{x + 5}\" y=\"{y + 29}\">{(operation.IsPending ? "" : Text($"→ {operation.Output}"))}</text></g>");
        }
    }

    private static void AppendAxis(StringBuilder page, List<TimeSpan> times, int height)
    {
        for (var i = 0; i < times.Count; i++)
        {
            var x = X(times, times[i]);
            page.AppendLine($"<line x1=\"{x}\" y1=\"24\" x2=\"{x}\" y2=\"{height}\"/>");
            var seconds = times[i].TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
            page.AppendLine($"<text class=\"axis\" x=\"{x + 2}\" y=\"16\">{seconds} s</text>");
        }
    }

    private static void AppendTable<TInput, TOutput>(StringBuilder page, LinearizabilityResult<TInput, TOutput> result)
    {
        page.AppendLine("<p>One of these had to come next:</p>");
        page.AppendLine("<table><tr><th>operation</th><th>answered</th><th>would have been right</th></tr>");
        foreach (var (operation, specified) in result.Unexplained)
        {
            page.AppendLine(
                $"<tr><td>#{operation.Number} {Text(operation.Client)}: {Text($"{operation.Input}")}</td>"
                + $"<td>{Text($"{operation.Output}")}</td><td>{Text($"{specified}")}</td></tr>");
        }

        page.AppendLine("</table>");
    }

    /// <summary>The operations around the place where the search was stuck: a long history is not readable as a whole.</summary>
    private static List<Operation<TInput, TOutput>> Shown<TInput, TOutput>(LinearizabilityResult<TInput, TOutput> result)
    {
        var byCall = result.Operations.OrderBy(operation => operation.Number).ToList();
        var bad = result.Unexplained.Select(unexplained => byCall.IndexOf(unexplained.Operation)).DefaultIfEmpty(0).ToList();
        var first = Math.Max(0, bad.Min() - ShownBefore);
        return byCall.GetRange(first, Math.Min(byCall.Count - first, bad.Max() - first + 1 + ShownAfter));
    }

    /// <summary>
    /// A client's operations go on one line, and on further lines where they overlap, as one without an answer does with all behind it.
    /// </summary>
    private static Dictionary<Operation<TInput, TOutput>, int> RowsOf<TInput, TOutput>(
        List<Operation<TInput, TOutput>> shown, List<string> clients, out int rowCount)
    {
        var rows = new Dictionary<Operation<TInput, TOutput>, int>();
        rowCount = 0;
        foreach (var client in clients)
        {
            var freeFrom = new List<TimeSpan>();
            foreach (var operation in shown.Where(operation => operation.Client == client))
            {
                var row = freeFrom.FindIndex(free => free <= operation.CalledAt);
                if (row < 0)
                {
                    row = freeFrom.Count;
                    freeFrom.Add(default);
                }

                freeFrom[row] = operation.ReturnedAt ?? TimeSpan.MaxValue;
                rows[operation] = rowCount + row;
            }

            rowCount += freeFrom.Count;
        }

        return rows;
    }

    private static IEnumerable<TimeSpan> Times<TInput, TOutput>(Operation<TInput, TOutput> operation) =>
        operation.ReturnedAt is { } at ? [operation.CalledAt, at] : [operation.CalledAt];

    private static int X(List<TimeSpan> times, TimeSpan at) => 8 + (times.BinarySearch(at) * EventWidth);

    private static int Y(int row) => Top + (row * RowHeight);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
