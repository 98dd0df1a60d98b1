using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.Methods.Blend;
using Microsoft.ML.Diffusion.Series.Methods.Brits;
using Microsoft.ML.Diffusion.Series.Methods.Csdi;
using Microsoft.ML.Diffusion.Series.Methods.GaussianProcess;
using Microsoft.ML.Diffusion.Series.Methods.GpVae;
using Microsoft.ML.Diffusion.Series.Methods.Saits;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Fuzzing.SeriesModels;

/// <summary>Every method of series with options that train in a moment.</summary>
internal static class QuickSeries
{
    /// <summary>The options of a method.</summary>
    public static SeriesImputerOptions Options(string method) => SeriesImputationMethods.Find(method)!.NewOptions() switch
    {
        BlendOptions => new BlendOptions
        {
            Rank = 2, Steps = 3, Trees = 6, MostRows = 300, Passes = 1, NetworkSteps = 6, Networks = 2, NetworkWidth = 8, NetworkLayers = 1,
        },
        SmootherOptions => new SmootherOptions { Rank = 2, Steps = 3 },
        GaussianProcessOptions => new GaussianProcessOptions { Steps = 3 },
        GpVaeOptions => new GpVaeOptions
        {
            Steps = 12, Latents = 4, Encoder = [8], Decoder = [8], Window = 3, Epochs = 2, BatchSize = 4,
        },
        SeriesCsdiOptions => new SeriesCsdiOptions
        {
            Steps = 12, Channels = 4, Blocks = 1, DiffusionSteps = 4, Epochs = 2, BatchSize = 4, ExpectationDraws = 3,
        },
        SaitsOptions => new SaitsOptions { Steps = 12, Width = 8, Heads = 2, Layers = 1, Epochs = 2, BatchSize = 4 },
        BritsOptions => new BritsOptions { Steps = 12, Width = 6, Epochs = 2, BatchSize = 4 },
        var baseline => baseline,
    };
}
