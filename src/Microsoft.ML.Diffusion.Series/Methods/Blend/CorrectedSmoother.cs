using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>What a smoother says of missing cells, corrected by trees and by networks.</summary>
/// <param name="features">What the trees are told.</param>
/// <param name="trees">Those of each variable.</param>
/// <param name="networks">The networks, whose mean counts.</param>
/// <param name="step">The middle distance of two steps.</param>
/// <param name="period">The period, 0 for none.</param>
internal sealed class CorrectedSmoother(CellFeatures features, BoostedTrees[] trees, SeriesDenoiser[] networks, double step, double period)
{
    private const int MostLayers = 16, MostSteps = 4096, MostChannels = 4096, MostNetworks = 64;

    // By so much, as a logarithm, a cell is more or less sure than the smoother says, at most.
    private const double MostSpread = 3;

    /// <summary>How much the correction of the trees counts for each variable.</summary>
    public double[] TreeShares { get; } = Ones(trees.Length);

    /// <summary>How much the correction of the network counts for each variable.</summary>
    public double[] NetworkShares { get; } = Ones(trees.Length);

    /// <summary>The numbers of missing cells.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cells">Missing cells.</param>
    /// <param name="numbers">Receives the number of each.</param>
    /// <param name="deviations">Receives about how far each may lie from it.</param>
    public void Predict(SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> numbers, Span<double> deviations)
    {
        double[] ofTrees = new double[cells.Length], ofNetworks = new double[cells.Length];
        Corrections(series, cells, ofTrees, ofNetworks, deviations);
        for (int i = 0; i < cells.Length; i++)
        {
            int variable = cells[i] % trees.Length;
            numbers[i] = Corrected(
                series.Means[cells[i]], TreeShares[variable] * ofTrees[i] + NetworkShares[variable] * ofNetworks[i]);
        }
    }

    /// <summary>A number and what is added to it. Beyond its limit, a number stands for the exponential of what is beyond, and few cells
    /// were learned from: the correction is made as much smaller, so that it changes the value as much as it would at the limit.</summary>
    /// <param name="smoothed">What the smoother says.</param>
    /// <param name="correction">What trees and networks would add.</param>
    public static double Corrected(double smoothed, double correction) =>
        smoothed + correction * Math.Exp(-Math.Max(0, Math.Abs(smoothed) - VariableTransform.Limit));

    /// <summary>What trees and networks would add to what the smoother says, and about how far a cell may lie from it.</summary>
    public void Corrections(
        SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> ofTrees, Span<double> ofNetworks, Span<double> deviations)
    {
        float[] row = new float[features.Count];
        for (int i = 0; i < cells.Length; i++)
        {
            int variable = cells[i] % trees.Length;
            deviations[i] = Math.Sqrt(series.Variances[cells[i]]);
            if (TreeShares[variable] == 0 || trees[variable].IsNone)
                continue;
            features.Write(series, cells[i], row);
            ofTrees[i] = trees[variable].Predict(row);
        }
        if (networks.Length == 0 || cells.IsEmpty)
            return;
        (float[] corrections, float[] spreads) = Corrections(series);
        for (int i = 0; i < cells.Length; i++)
        {
            ofNetworks[i] = corrections[cells[i]];
            deviations[i] *= Math.Exp(Math.Clamp(spreads[cells[i]], -MostSpread, MostSpread));
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(TreeShares);
        writer.WriteArray(NetworkShares);
        foreach (BoostedTrees own in trees)
            own.Save(writer);
        writer.Write(networks.Length);
        foreach (SeriesDenoiser network in networks)
        {
            writer.Write(network.Steps);
            writer.Write(network.Channels);
            writer.Write(network.Layers);
            network.SaveState().Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static CorrectedSmoother Load(BinaryReader reader, CellFeatures features, int variables, double step, double period)
    {
        double[] treeShares = Shares(reader, variables), networkShares = Shares(reader, variables);
        var trees = new BoostedTrees[variables];
        for (int v = 0; v < variables; v++)
            trees[v] = BoostedTrees.Load(reader, features.Count);
        var networks = new SeriesDenoiser[reader.ReadBetween(0, MostNetworks, "the number of networks")];
        for (int i = 0; i < networks.Length; i++)
            networks[i] = LoadNetwork(reader, variables);
        var result = new CorrectedSmoother(features, trees, networks, step, period);
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

    /// <summary>What the networks add to every cell, and the logarithms of the factors by which they are less sure.</summary>
    private (float[] Corrections, float[] Spreads) Corrections(SmoothedSeries series)
    {
        float[] corrections = new float[series.Cells.Length], spreads = new float[corrections.Length];
        var form = new DenoiserSeries(series, step, period, series.Cells, []);
        using var engine = new ManagedEngine(threads: 1);
        using Tape tape = engine.CreateTape(training: false);
        foreach (SeriesDenoiser network in networks)
        {
            int width = network.Variables, next = 0;
            foreach (int start in StepWindows.Starts(series.Length, network.Steps))
            {
                tape.Reset();
                Tensor input = tape.Input(new Shape(network.Steps, network.Inputs));
                network.Write(form, start, input.Data);
                ReadOnlySpan<float> own = network.Forward(tape, input).Data;
                // The last window may begin before the one before it ends.
                int end = Math.Min(start + network.Steps, series.Length);
                for (; next < end; next++)
                {
                    ReadOnlySpan<float> of = own.Slice((next - start) * 2 * width, 2 * width);
                    for (int v = 0; v < width; v++)
                    {
                        corrections[next * width + v] += of[v] / networks.Length;
                        spreads[next * width + v] += of[width + v] / networks.Length;
                    }
                }
            }
        }
        return (corrections, spreads);
    }
}
