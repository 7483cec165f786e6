namespace AkkaRaft.Server;

/// <summary>What to tell of a failure in one line: where it was noticed, and what was behind that.</summary>
internal static class FailureWords
{
    /// <summary>
    /// The messages of a failure and of its innermost cause. Of several failures the last counts: a journal that cannot roll back says
    /// so ahead of what made it roll back.
    /// </summary>
    public static string Of(Exception failure)
    {
        while (failure is AggregateException { InnerExceptions: [.., var last] })
        {
            failure = last;
        }

        var cause = failure;
        while (cause.InnerException is { } inner)
        {
            cause = inner;
        }

        var (noticed, behind) = (LineOf(failure), LineOf(cause));
        return noticed.Contains(behind, StringComparison.Ordinal) ? noticed : $"{noticed}: {behind}";
    }

    private static string LineOf(Exception failure) => failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
