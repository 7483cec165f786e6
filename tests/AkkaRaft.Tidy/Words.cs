using System.Text.RegularExpressions;

namespace AkkaRaft.Tidy;

/// <summary>Words that no reader should meet, because the field has another, and what to say instead.</summary>
internal static partial class Words
{
    /// <summary>Notes of unfinished work.</summary>
    public static readonly Regex Unfinished = UnfinishedPattern();

    /// <summary>A pattern for each, and the usual word.</summary>
    public static readonly IReadOnlyList<(Regex Pattern, string Instead)> Unusual =
    [
        (Of(@"\bthe lead\b(?! (time|role))|\bits lead\b|\ba lead\b"), "leadership, leadership transfer"),
        (Of(@"\btakes? part\b"), "ready"),
        (Of(@"\b(each|this|former|earlier|one) life\b|\blives of\b"), "restart, incarnation"),
        (Of(@"\blost (its|their) memory\b|\bforgetful\b"), "data loss, stale incarnation"),
        (Of(@"\b(IsNews|OnRefused|HintIndex|HintTerm|Deciding|EnterLead|LeaveLead|IsOfAnotherMembership)\b"), "the names of the paper"),
        (Of(@"\b(AnswerLater|WaitedInVain|SilentMembers|SilentSince|AnswerBox|LookAtDisk|HandIn\w*|PassOn|TellFailure|MayCome|MayBeHeard)\b"),
            "the usual names"),
        (Of(@"\bknocks?\b|\bwhoever stands behind\b|\bin the midst of\b|\bminds\b"), "plain words"),
    ];

    private static Regex Of(string pattern) => new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex UnfinishedPattern();
}
