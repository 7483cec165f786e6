using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>The probes of a change's candidates.</summary>
/// <param name="request">The change.</param>
/// <param name="candidates">The servers that are probed, by the number of the probe.</param>
/// <param name="deadline">When the inspection ends without the missing answers.</param>
internal sealed class MemberInspection(RequestId request, IReadOnlyDictionary<long, RaftMember> candidates, TimeSpan deadline)
{
    private readonly Dictionary<ServerId, MemberProbeAnswer> _answers = [];

    public RequestId Request => request;

    public TimeSpan Deadline => deadline;

    public bool IsComplete => _answers.Count == candidates.Count;

    /// <summary>The probes that are not answered.</summary>
    public IEnumerable<KeyValuePair<long, RaftMember>> Unanswered => candidates.Where(pair => !_answers.ContainsKey(pair.Value.Id));

    public MemberProbeAnswer? AnswerOf(ServerId candidate) => _answers.GetValueOrDefault(candidate);

    /// <returns>Whether the answer belongs to this inspection.</returns>
    public bool Take(MemberProbeAnswer answer)
    {
        if (!candidates.TryGetValue(answer.Number, out var candidate))
        {
            return false;
        }

        _answers[candidate.Id] = answer;
        return true;
    }
}
