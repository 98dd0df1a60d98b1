using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Tests.Engines;

public class EngineChoiceTests
{
    private const string NoBackend = "Add a backend.", NoGpu = "TorchSharp finds no GPU";

    [Theory]
    [InlineData(EngineKind.Auto, null, true, 2, "GPU 0")]
    [InlineData(EngineKind.Auto, 1, true, 2, "GPU 1")]
    [InlineData(EngineKind.Auto, 2, true, 2, "managed engine: TorchSharp finds 2 GPU, and none of number 2.")]
    [InlineData(EngineKind.Auto, null, false, 0, "managed engine: TorchSharp finds no GPU.")]
    [InlineData(EngineKind.Auto, 0, true, 0, "managed engine: TorchSharp finds no GPU.")]
    [InlineData(EngineKind.Auto, null, true, -1, "managed engine: Add a backend.")]
    [InlineData(EngineKind.TorchSharp, null, false, 1, "GPU 0")]
    [InlineData(EngineKind.TorchSharp, null, false, 0, "processor with TorchSharp: TorchSharp finds no GPU.")]
    [InlineData(EngineKind.TorchSharp, 3, true, 1, "processor with TorchSharp: TorchSharp finds 1 GPU, and none of number 3.")]
    public void A_choice_says_which_and_why(EngineKind kind, int? gpu, bool fallback, int gpus, string expected)
    {
        EngineChoice choice = EngineChoice.Decide(kind, gpu, fallback, new Provider(gpus));
        Assert.Contains(expected, choice.Sentence, StringComparison.Ordinal);
        Assert.Equal(expected.StartsWith("GPU", StringComparison.Ordinal) ? int.Parse(expected[4..]) : null, choice.GpuDeviceId);
        Assert.Equal(expected.StartsWith("managed", StringComparison.Ordinal), choice.IsManaged);
    }

    [Theory]
    [InlineData(EngineKind.Auto, 1, false, 1, "no GPU 1")]
    [InlineData(EngineKind.Auto, 0, false, -1, "Add a backend.")]
    [InlineData(EngineKind.TorchSharp, 0, false, 0, "FallbackToCpu")]
    [InlineData(EngineKind.TorchSharp, null, true, -1, "Add a backend.")]
    public void What_is_wanted_and_not_there_is_refused(EngineKind kind, int? gpu, bool fallback, int gpus, string expected)
    {
        var e = Assert.Throws<InvalidOperationException>(() => EngineChoice.Decide(kind, gpu, fallback, new Provider(gpus)));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EngineChoice.Decide((EngineKind)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => EngineChoice.Decide(EngineKind.Managed, gpuDeviceId: -1));
    }

    /// <summary>An engine on some GPUs; on nothing where their number is negative.</summary>
    private sealed class Provider(int gpus) : EngineProvider
    {
        public override EngineSupport Probe() =>
            gpus < 0 ? new EngineSupport(IsUsable: false, Gpus: 0, NoBackend) : new EngineSupport(IsUsable: true, gpus, gpus == 0 ? NoGpu : "");

        public override TensorEngine Create(int? gpu, int? threads) => new ManagedEngine(threads);
    }
}
