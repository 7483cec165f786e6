namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>Something that must not happen, whatever the faults.</summary>
internal sealed class ChaosFailure(string message, string? timeline = null) : Exception(message)
{
    /// <summary>A page that draws the part of the history that cannot be explained.</summary>
    public string? Timeline { get; } = timeline;
}
