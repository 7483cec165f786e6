namespace Engine.Tests.TestKit;

/// <summary>Settings with which nothing is given up because a machine is busy; they cost time only where a test fails.</summary>
internal static class Patience
{
    public const string Config =
        """

        akka.test {
          single-expect-default = 30s
          filter-leeway = 30s
          default-timeout = 30s
        }
        """;
}
