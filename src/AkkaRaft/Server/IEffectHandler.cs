using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Carries out what the core decided.</summary>
internal interface IEffectHandler
{
    void Interpret(RaftEffect effect);

    /// <summary>All effects of a step are interpreted: what was batched goes out.</summary>
    void EndStep();
}
