using System.CommandLine;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Tool.Configuration;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

/// <summary>What computes a training.</summary>
internal static class EngineOption
{
    public static Option<EngineKind?> Create() => TypedOption.Choice<EngineKind>(
        "--engine", "What computes the training; auto, a GPU if this build knows TorchSharp and there is one, is the default.");

    /// <summary>Refuses an engine of a configuration that is not there, before a table is read.</summary>
    /// <exception cref="InputException">It is not there.</exception>
    public static void Refuse(ConfigFile config, EngineKind engine, int? gpuDeviceId, bool fallbackToCpu)
    {
        try
        {
            EngineChoice.Decide(engine, gpuDeviceId, fallbackToCpu);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw config.Refusal(ImputationModel.Sentence(e));
        }
    }

    /// <summary>Refuses an engine that is not there, and says which it is where it is not the managed one.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public static void Announce(EngineKind engine, int? gpuDeviceId, bool fallbackToCpu, Display display)
    {
        try
        {
            EngineChoice choice = EngineChoice.Decide(engine, gpuDeviceId, fallbackToCpu);
            if (!choice.IsManaged)
                display.Say(choice.Sentence);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw new UsageException(e.Message, e);
        }
    }
}
