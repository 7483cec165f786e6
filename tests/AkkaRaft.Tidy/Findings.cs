namespace AkkaRaft.Tidy;

/// <summary>What was found, a line each.</summary>
internal static class Findings
{
    /// <summary>Fails with all findings, if there are any.</summary>
    public static void AssertNone(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        if (all.Count > 0)
        {
            Assert.Fail($"{all.Count} findings:{Environment.NewLine}{string.Join(Environment.NewLine, all)}");
        }
    }
}
