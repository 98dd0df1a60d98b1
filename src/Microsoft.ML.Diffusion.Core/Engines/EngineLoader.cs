using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Engines;

/// <summary>Finds the engine that an app carries beside the managed one.</summary>
internal static class EngineLoader
{
    internal const string Missing =
        "The app does not carry the package Microsoft.ML.Diffusion.TorchSharp: add it, and for a GPU TorchSharp-cuda-linux or " +
        "TorchSharp-cuda-windows, else TorchSharp-cpu.";

    private const string AssemblyName = "Microsoft.ML.Diffusion.TorchSharp";

    private static readonly Lazy<EngineProvider?> s_found = new(Load);

    /// <summary>The provider that was registered, or that of the assembly where the app carries it; else null.</summary>
    internal static EngineProvider? Find() => EngineProvider.Registered ?? s_found.Value;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Apps that are trimmed register the engine.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "Apps that are trimmed register the engine.")]
    private static EngineProvider? Load()
    {
        try
        {
            Type? type = Assembly.Load(new AssemblyName(AssemblyName)).GetType($"{AssemblyName}.TorchEngineProvider");
            return type is null ? null : (EngineProvider?)Activator.CreateInstance(type);
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null;
        }
    }
}
