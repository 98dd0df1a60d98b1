using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>What an app is told that carries the engine but nothing for it to run on.</summary>
public class MissingBackendTests
{
    [NoBackendFact]
    public void The_engine_says_in_one_sentence_which_package_to_add()
    {
        string message = Assert.Throws<InvalidOperationException>(() => new TorchEngine()).Message;
        Assert.Contains("TorchSharp-cpu", message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cuda-linux", message, StringComparison.Ordinal);
        Assert.Equal(1, message.Count(c => c == '.'));
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => EngineChoice.Decide(EngineKind.TorchSharp)).Message);
    }

    [NoBackendFact]
    public void Auto_takes_the_managed_engine_and_says_why()
    {
        EngineChoice choice = EngineChoice.Decide(EngineKind.Auto);
        Assert.True(choice.IsManaged);
        Assert.StartsWith("Computing on the managed engine: TorchSharp has no native backend", choice.Sentence, StringComparison.Ordinal);
        Assert.IsType<ManagedEngine>(choice.Create(threads: 1));
    }

    [NoBackendFact]
    public void Asking_for_a_GPU_and_for_nothing_else_fails()
    {
        var ml = new MLContext(seed: 1) { GpuDeviceId = 0, FallbackToCpu = false };
        string message = Assert.Throws<InvalidOperationException>(() => Pipelines.Imputer(ml).Fit(Pipelines.View(ml))).Message;
        Assert.Contains("There is no GPU 0", message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cuda-linux", message, StringComparison.Ordinal);
    }

    [NoBackendFact]
    public void Training_by_default_goes_on_and_logs_one_line_about_the_engine()
    {
        List<string> lines = Pipelines.Log(ml => Pipelines.Imputer(ml).Fit(Pipelines.View(ml)), out _);
        Assert.Single(lines, line => line.Contains("Computing on the managed engine: TorchSharp has no native backend", StringComparison.Ordinal));
    }

    [Fact]
    public void Looking_for_a_backend_writes_nothing_to_the_console()
    {
        TextWriter console = Console.Out;
        using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            TorchBackend.Look();
            Console.Write("after");
        }
        finally
        {
            Console.SetOut(console);
        }
        Assert.Equal("after", written.ToString());
    }
}
