using System.Collections;

namespace Akka.Util;

public static class StringFormat
{
    /// <summary>Joins the values' texts; a sequence is shown by its items, and a null as nothing.</summary>
    public static string SafeJoin(string separator, params object[] args) =>
        args is null ? "" : string.Join(separator, args.Select(Text));

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IEnumerable items => string.Join(", ", items.Cast<object?>().Select(Text)),
        _ => value.ToString() ?? "",
    };
}
