using System.Runtime.CompilerServices;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>Finds out, once, whether TorchSharp can compute here.</summary>
internal static class TorchBackend
{
    internal const string Missing =
        "TorchSharp has no native backend here: add the package TorchSharp-cpu to the app, or for a GPU TorchSharp-cuda-linux or " +
        "TorchSharp-cuda-windows, and no second of them.";

    private static readonly Lazy<EngineSupport> s_support = new(Look);

    /// <summary>What there is.</summary>
    internal static EngineSupport Probe() => s_support.Value;

    /// <summary>Looks, in place of remembering.</summary>
    internal static EngineSupport Look()
    {
        TextWriter console = Console.Out;
        try
        {
            // Where there is none, TorchSharp says so at length on the console too.
            using var silence = new SilentOnThisThread(console);
            Console.SetOut(silence);
            return Try();
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException or BadImageFormatException)
        {
            return new EngineSupport(IsUsable: false, Gpus: 0, Missing);
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    // By itself, since a method that touches TorchSharp fails as it starts where that cannot be loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static EngineSupport Try()
    {
        using torch.Tensor one = torch.zeros([1], torch.ScalarType.Float32);
        int gpus = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        return new EngineSupport(IsUsable: true, gpus, gpus > 0 ? "" : "TorchSharp finds no GPU");
    }
}
