using Xunit;

namespace Akka.TestKit.Xunit2.Attributes;

/// <summary>A test that a machine may leave out by the environment variable <c>XUNIT_SKIP_LOCAL_FACT</c>.</summary>
public class LocalFactAttribute : FactAttribute
{
    private string? _skip;

    public override string? Skip
    {
        get => _skip ?? LocalOnly.Reason(SkipLocal);
        set => _skip = value;
    }

    public string? SkipLocal { get; set; }
}

public class LocalTheoryAttribute : TheoryAttribute
{
    private string? _skip;

    public override string? Skip
    {
        get => _skip ?? LocalOnly.Reason(SkipLocal);
        set => _skip = value;
    }

    public string? SkipLocal { get; set; }
}

/// <summary>A test of what only Windows has.</summary>
public class WindowsFactAttribute : FactAttribute
{
    private string? _skip;

    public override string? Skip
    {
        get => _skip ?? (OperatingSystem.IsWindows() ? null : SkipUnix);
        set => _skip = value;
    }

    public string? SkipUnix { get; set; }
}

internal static class LocalOnly
{
    public static string? Reason(string? reason) =>
        Environment.GetEnvironmentVariable("XUNIT_SKIP_LOCAL_FACT") is "true" or "1" ? reason : null;
}
