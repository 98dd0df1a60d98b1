using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Settings of boosted trees by LightGBM.</summary>
internal sealed record LearnerSettings(double LearningRate, int Leaves, int RowsInLeaf, double L2, double ColumnShare, double RowShare)
{
    /// <summary>Settings drawn at random from the ranges that are usual.</summary>
    public static LearnerSettings Draw(Philox random)
    {
        double Uniform(ulong place, double from, double to) => from + (to - from) * random.Uniform(place);
        double Spread(ulong place, double from, double to) => from * Math.Pow(to / from, random.Uniform(place));
        return new LearnerSettings(
            Spread(0, 0.01, 0.3), (int)Spread(1, 4, 128), (int)Spread(2, 2, 100), Uniform(3, 0.1, 10), Uniform(4, 0.5, 1),
            Uniform(5, 0.5, 1));
    }
}
