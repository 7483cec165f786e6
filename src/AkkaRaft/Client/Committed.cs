using AkkaRaft.Core;

namespace AkkaRaft;

/// <summary>A command that is committed and applied.</summary>
/// <typeparam name="T">The result's type.</typeparam>
/// <param name="Index">Its place in the log.</param>
/// <param name="Result">What the state machine answered.</param>
public readonly record struct Committed<T>(LogIndex Index, T Result);
