using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>What a smoother says of missing cells, corrected by trees and by a network.</summary>
/// <param name="features">What the trees are told.</param>
/// <param name="trees">Those of each variable.</param>
/// <param name="network">The network; null for none.</param>
/// <param name="step">The middle distance of two steps.</param>
/// <param name="period">The period, 0 for none.</param>
internal sealed class CorrectedSmoother(CellFeatures features, BoostedTrees[] trees, SeriesDenoiser? network, double step, double period)
{
    private const int MostLayers = 16, MostSteps = 4096, MostChannels = 4096;

    /// <summary>How much the correction of the trees counts for each variable.</summary>
    public double[] TreeShares { get; } = Ones(trees.Length);

    /// <summary>How much the correction of the network counts for each variable.</summary>
    public double[] NetworkShares { get; } = Ones(trees.Length);

    /// <summary>The numbers of missing cells.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cells">Missing cells.</param>
    /// <param name="numbers">Receives the number of each.</param>
    public void Predict(SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> numbers)
    {
        double[] ofTrees = new double[cells.Length], ofNetwork = new double[cells.Length];
        Corrections(series, cells, ofTrees, ofNetwork);
        for (int i = 0; i < cells.Length; i++)
        {
            int variable = cells[i] % trees.Length;
            numbers[i] = series.Means[cells[i]] + TreeShares[variable] * ofTrees[i] + NetworkShares[variable] * ofNetwork[i];
        }
    }

    /// <summary>What trees and network would add to what the smoother says.</summary>
    public void Corrections(SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> ofTrees, Span<double> ofNetwork)
    {
        float[] row = new float[features.Count];
        for (int i = 0; i < cells.Length; i++)
        {
            int variable = cells[i] % trees.Length;
            if (TreeShares[variable] == 0 || trees[variable].IsNone)
                continue;
            features.Write(series, cells[i], row);
            ofTrees[i] = trees[variable].Predict(row);
        }
        if (network is null || cells.IsEmpty)
            return;
        float[] corrections = Corrections(series);
        for (int i = 0; i < cells.Length; i++)
            ofNetwork[i] = corrections[cells[i]];
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(TreeShares);
        writer.WriteArray(NetworkShares);
        foreach (BoostedTrees own in trees)
            own.Save(writer);
        writer.Write(network is not null);
        if (network is null)
            return;
        writer.Write(network.Steps);
        writer.Write(network.Channels);
        writer.Write(network.Layers);
        network.SaveState().Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static CorrectedSmoother Load(BinaryReader reader, CellFeatures features, int variables, double step, double period)
    {
        double[] treeShares = Shares(reader, variables), networkShares = Shares(reader, variables);
        var trees = new BoostedTrees[variables];
        for (int v = 0; v < variables; v++)
            trees[v] = BoostedTrees.Load(reader, features.Count);
        SeriesDenoiser? network = reader.ReadBoolean() ? LoadNetwork(reader, variables) : null;
        var result = new CorrectedSmoother(features, trees, network, step, period);
        treeShares.CopyTo(result.TreeShares, 0);
        networkShares.CopyTo(result.NetworkShares, 0);
        return result;
    }

    private static SeriesDenoiser LoadNetwork(BinaryReader reader, int variables)
    {
        int steps = reader.ReadBetween(1, MostSteps, "the number of steps");
        int channels = reader.ReadBetween(4, MostChannels, "the width");
        int layers = reader.ReadBetween(0, MostLayers, "the number of layers");
        CheckedReading.Require(channels % 4 == 0, "the width is no multiple of 4");
        return Module.FromState(
            StateDictionary.Load(reader), () => new SeriesDenoiser(variables, steps, channels, layers, dropout: 0, random: default));
    }

    private static double[] Shares(BinaryReader reader, int variables)
    {
        double[] shares = reader.ReadFiniteDoubles("shares", variables);
        CheckedReading.Require(Array.TrueForAll(shares, share => share is >= 0 and <= 1), "a share is not from 0 to 1");
        return shares;
    }

    private static double[] Ones(int count)
    {
        double[] result = new double[count];
        Array.Fill(result, 1);
        return result;
    }

    /// <summary>What the network adds to every cell.</summary>
    private float[] Corrections(SmoothedSeries series)
    {
        float[] result = new float[series.Cells.Length];
        var form = new DenoiserSeries(series, step, period, series.Cells, []);
        using var engine = new ManagedEngine(threads: 1);
        using Tape tape = engine.CreateTape(training: false);
        foreach (int start in StepWindows.Starts(series.Times.Length, network!.Steps))
        {
            tape.Reset();
            Tensor input = tape.Input(new Shape(network.Steps, network.Inputs));
            network.Write(form, start, input.Data);
            ReadOnlySpan<float> own = network.Forward(tape, input).Data;
            int from = start * network.Variables, count = Math.Min(own.Length, result.Length - from);
            own[..count].CopyTo(result.AsSpan(from));
        }
        return result;
    }
}
