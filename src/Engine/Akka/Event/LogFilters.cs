using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Actor.Setup;

namespace Akka.Event;

public enum LogFilterDecision
{
    Keep,
    Drop,
    NoDecision,
}

public enum LogFilterType
{
    Source,
    Content,
}

public abstract class LogFilterBase : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public abstract LogFilterType FilterType { get; }

    /// <param name="content">The event.</param>
    /// <param name="expandedMessage">The event as it would be printed, where a filter of content asks for it.</param>
    public abstract LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null);
}

public sealed class RegexLogSourceFilter(Regex sourceRegex) : LogFilterBase
{
    public override LogFilterType FilterType => LogFilterType.Source;

    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null) =>
        sourceRegex.IsMatch(content.LogSource) ? LogFilterDecision.Drop : LogFilterDecision.Keep;
}

public sealed class ExactMatchLogSourceFilter(string source, StringComparison comparison = StringComparison.OrdinalIgnoreCase)
    : LogFilterBase
{
    public override LogFilterType FilterType => LogFilterType.Source;

    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null) =>
        string.Equals(content.LogSource, source, comparison) ? LogFilterDecision.Drop : LogFilterDecision.Keep;
}

public sealed class RegexLogMessageFilter(Regex messageRegex) : LogFilterBase
{
    public override LogFilterType FilterType => LogFilterType.Content;

    public override LogFilterDecision ShouldKeepMessage(LogEvent content, string? expandedMessage = null) =>
        messageRegex.IsMatch(expandedMessage ?? content.ToString()) ? LogFilterDecision.Drop : LogFilterDecision.Keep;
}

public class LogFilterEvaluator
{
    public static readonly LogFilterEvaluator NoFilters = new([]);

    private readonly LogFilterBase[] _filters;

    /// <summary>Filters of the source come first, so that what they drop is never made into a text.</summary>
    public LogFilterEvaluator(LogFilterBase[] filters)
    {
        _filters = [.. filters.OrderBy(filter => filter.FilterType)];
        EvaluatesLogSourcesOnly = filters.All(filter => filter.FilterType == LogFilterType.Source);
    }

    public bool EvaluatesLogSourcesOnly { get; }

    public virtual bool ShouldTryKeepMessage(LogEvent evt, out string expandedLogMessage)
    {
        string? expanded = null;
        foreach (var filter in _filters)
        {
            if (filter.FilterType == LogFilterType.Content) expanded ??= evt.ToString();
            if (filter.ShouldKeepMessage(evt, expanded) != LogFilterDecision.Drop) continue;
            expandedLogMessage = "";
            return false;
        }

        expandedLogMessage = expanded ?? evt.ToString();
        return true;
    }
}

public sealed class LogFilterSetup(LogFilterBase[] filters) : Setup
{
    public LogFilterBase[] Filters { get; } = filters;

    public LogFilterEvaluator CreateEvaluator() => new(Filters);
}

public sealed class LogFilterBuilder
{
    private readonly List<LogFilterBase> _filters = [];

    public LogFilterBuilder Add(LogFilterBase filter)
    {
        _filters.Add(filter);
        return this;
    }

    public LogFilterBuilder AddRange(IEnumerable<LogFilterBase> filters)
    {
        _filters.AddRange(filters);
        return this;
    }

    public LogFilterBuilder ExcludeSourceExactly(string source, StringComparison comparison = StringComparison.OrdinalIgnoreCase) =>
        Add(new ExactMatchLogSourceFilter(source, comparison));

    public LogFilterBuilder ExcludeSourceContaining(string sourcePart) => ExcludeSourceRegex(new Regex(Regex.Escape(sourcePart)));

    public LogFilterBuilder ExcludeSourceStartingWith(string sourceStart) =>
        ExcludeSourceRegex(new Regex("^" + Regex.Escape(sourceStart)));

    public LogFilterBuilder ExcludeSourceEndingWith(string sourceEnd) => ExcludeSourceRegex(new Regex(Regex.Escape(sourceEnd) + "$"));

    public LogFilterBuilder ExcludeSourceRegex(Regex regex) => Add(new RegexLogSourceFilter(regex));

    public LogFilterBuilder ExcludeMessageContaining(string messagePart) =>
        ExcludeMessageRegex(new Regex(Regex.Escape(messagePart)));

    public LogFilterBuilder ExcludeMessageRegex(Regex regex) => Add(new RegexLogMessageFilter(regex));

    public LogFilterSetup Build() => new([.. _filters]);
}
