using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AkkaRaft.EndToEnd.PowerLoss;

/// <summary>
/// Reads what strace wrote down of a process's files (<c>-f -y -ttt -T -xx</c>). The <c>-shm</c> file is left out: it is mapped into
/// memory, and SQLite makes it anew after a crash.
/// </summary>
internal static partial class FileTrace
{
    /// <summary>The calls that are to be traced.</summary>
    public const string Calls =
        "openat,write,pwrite64,writev,pwritev,ftruncate,rename,renameat,renameat2,unlink,unlinkat,fsync,fdatasync,mkdir,mkdirat";

    /// <summary>The operations below a folder, in the order in which they ended.</summary>
    /// <exception cref="InvalidDataException">A call is in the trace that this does not know how to play again.</exception>
    public static IReadOnlyList<FileOperation> Read(string trace, string folder)
    {
        var unfinished = new Dictionary<string, string>();
        var operations = new List<FileOperation>();
        foreach (var line in File.ReadLines(trace))
        {
            var thread = line.Split(' ', 2)[0];
            if (line.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                unfinished[thread] = line[..^Unfinished.Length];
                continue;
            }

            var resumed = line.IndexOf(Resumed, StringComparison.Ordinal);
            var whole = resumed < 0 ? line : unfinished.GetValueOrDefault(thread) + line[(resumed + Resumed.Length)..];
            if (Call().Match(whole) is { Success: true } call && Parse(call, Path.GetFullPath(folder)) is { } operation)
            {
                operations.Add(operation);
            }
        }

        return [.. operations.OrderBy(operation => operation.Ended)];
    }

    private const string Unfinished = "<unfinished ...>";
    private const string Resumed = " resumed>";

    private static FileOperation? Parse(Match call, string folder)
    {
        var (name, arguments) = (call.Groups["name"].Value, call.Groups["arguments"].Value);
        var texts = Text().Matches(arguments).Select(match => Bytes(match.Groups["hex"].Value)).ToList();
        var handle = Handle().Match(arguments) is { Success: true } match ? Encoding.UTF8.GetString(Bytes(match.Groups["hex"].Value)) : "";
        var byName = name is "openat" or "rename" or "renameat" or "renameat2" or "unlink" or "unlinkat" or "mkdir" or "mkdirat";
        var path = byName ? Encoding.UTF8.GetString(texts[0]) : handle;
        if (Below(path, folder) is not { } relative || relative.EndsWith("-shm", StringComparison.Ordinal))
        {
            return null;
        }

        var began = DateTime.UnixEpoch + Seconds(call.Groups["time"].Value);
        var ended = began + Seconds(call.Groups["took"].Value);
        var numbers = Number().Matches(Text().Replace(arguments, ""))
            .Select(found => long.Parse(found.Value, CultureInfo.InvariantCulture));
        FileOperation Of(FileOperationKind kind) => new(kind, relative, began, ended);
        return name switch
        {
            "openat" when arguments.Contains("O_CREAT", StringComparison.Ordinal) => Of(FileOperationKind.Create) with
            {
                Offset = arguments.Contains("O_TRUNC", StringComparison.Ordinal) ? 0 : -1,
            },
            "openat" => null,
            "pwrite64" => Of(FileOperationKind.Write) with
            {
                Offset = numbers.Last(), Data = texts[0][..int.Parse(call.Groups["result"].Value, CultureInfo.InvariantCulture)],
            },
            "ftruncate" => Of(FileOperationKind.Truncate) with { Offset = numbers.Last() },
            "rename" or "renameat" or "renameat2" => Of(FileOperationKind.Rename) with
            {
                Target = Below(Encoding.UTF8.GetString(texts[^1]), folder)
                    ?? throw new InvalidDataException($"A file is moved out: {call}"),
            },
            "unlink" or "unlinkat" => Of(FileOperationKind.Delete),
            "mkdir" or "mkdirat" => Of(FileOperationKind.MakeDirectory),
            "fsync" or "fdatasync" => Of(FileOperationKind.Sync),
            _ => throw new InvalidDataException($"The trace has a call that cannot be played again: {call}"),
        };
    }

    private static string? Below(string path, string folder) =>
        path == folder ? "" : path.StartsWith(folder + "/", StringComparison.Ordinal) ? path[(folder.Length + 1)..] : null;

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace("\\x", "", StringComparison.Ordinal));

    private static TimeSpan Seconds(string text) =>
        TimeSpan.FromTicks((long)(decimal.Parse(text, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));

    [GeneratedRegex(@"^\d+ +(?<time>[\d.]+) (?<name>\w+)\((?<arguments>.*)\) += (?<result>\d+)[^=]* <(?<took>[\d.]+)>$")]
    private static partial Regex Call();

    [GeneratedRegex("\"(?<hex>[^\"]*)\"")]
    private static partial Regex Text();

    [GeneratedRegex(@"^\d+<(?<hex>[^>]*)>")]
    private static partial Regex Handle();

    [GeneratedRegex(@"(?<= )\d+")]
    private static partial Regex Number();
}
