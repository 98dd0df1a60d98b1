using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Makes a label that is drawn given its whole row surer than it was learned: its logits are divided by a temperature, and an
/// offset
/// per token keeps every token as frequent as without.</summary>
/// <remarks>A learner that is trained on made rows meets the label's noise twice, once where it was learned from and once in the
/// draw.</remarks>
internal sealed class LabelTemperature
{
    private const int MostRows = 4000, RowsAtOnce = 256, MostRounds = 50;
    private const double Close = 1e-3;

    private readonly float _temperature;
    private readonly float[] _offsets;

    private LabelTemperature(float temperature, float[] offsets)
    {
        (_temperature, _offsets) = (temperature, offsets);
    }

    /// <summary>Finds the offsets.</summary>
    /// <param name="predictor">The network, trained.</param>
    /// <param name="tokenizer">The columns.</param>
    /// <param name="tokens">Rows of tokens.</param>
    /// <param name="label">The label among the columns with tokens.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="deadline">Fewer rows are looked at where it is over.</param>
    /// <param name="cancel">Looked at for every few hundred rows.</param>
    public static LabelTemperature Fit(
        ColumnPredictor predictor, TableTokenizer tokenizer, int[] tokens, int label, double temperature, TensorEngine engine,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        double[][] logits = Logits(predictor, tokenizer, tokens, label, engine, deadline, cancel);
        double[] offsets = new double[tokenizer.Encoded[label].Count], wanted = Means(logits, 1, offsets);
        for (int round = 0; round < MostRounds && !deadline.IsOver; round++)
        {
            double[] means = Means(logits, temperature, offsets);
            double furthest = 0;
            for (int i = 0; i < offsets.Length; i++)
            {
                // A token that next to never comes is left alone.
                double ratio = (wanted[i] + 1e-9) / (means[i] + 1e-9);
                offsets[i] += Math.Log(ratio);
                furthest = Math.Max(furthest, Math.Abs(ratio - 1));
            }
            if (furthest < Close)
                break;
        }
        return new LabelTemperature((float)temperature, [.. offsets.Select(offset => (float)offset)]);
    }

    /// <summary>The logits to draw one row's label with.</summary>
    /// <param name="logits">The network's.</param>
    /// <param name="surer">As long; receives them.</param>
    public void Apply(ReadOnlySpan<float> logits, Span<float> surer)
    {
        for (int i = 0; i < logits.Length; i++)
            surer[i] = logits[i] / _temperature + _offsets[i];
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_temperature);
        writer.WriteArray(_offsets);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="tokens">The tokens of the label.</param>
    public static LabelTemperature Load(BinaryReader reader, int tokens)
    {
        float temperature = reader.ReadSingle();
        CheckedReading.Require(temperature is >= 0.01f and <= 100, "the temperature of the label is impossible");
        return new LabelTemperature(temperature, reader.ReadFiniteSingles("offsets of the label", tokens));
    }

    /// <summary>The label's logits in rows spread evenly over the table, given all their other cells.</summary>
    private static double[][] Logits(
        ColumnPredictor predictor, TableTokenizer tokenizer, int[] tokens, int label, TensorEngine engine, TrainingDeadline deadline,
        CancellationToken cancel)
    {
        int width = tokenizer.Encoded.Length, all = tokens.Length / width, rows = Math.Min(all, MostRows);
        int slots = tokenizer.Encoded[label].Count;
        double[][] logits = new double[rows][];
        int[] others = [.. Enumerable.Range(0, width).Where(column => column != label)];
        int[] spread = [.. Enumerable.Range(0, rows).Select(place => (int)((long)place * all / rows))];
        using Tape tape = engine.CreateTape(training: false);
        for (int start = 0; start < rows; start += RowsAtOnce)
        {
            cancel.ThrowIfCancellationRequested();
            if (start > 0 && deadline.IsOver)
                return logits[..start];
            int count = Math.Min(RowsAtOnce, rows - start);
            float[] output = predictor.Predict(tape, tokens, spread.AsSpan(start, count), others, label);
            for (int n = 0; n < count; n++)
            {
                logits[start + n] = new double[slots];
                for (int i = 0; i < slots; i++)
                    logits[start + n][i] = output[(n * slots) + i];
            }
        }
        return logits;
    }

    /// <summary>The mean probability of each token.</summary>
    private static double[] Means(double[][] logits, double temperature, double[] offsets)
    {
        double[] means = new double[offsets.Length], own = new double[offsets.Length];
        foreach (double[] row in logits)
        {
            double largest = double.NegativeInfinity, sum = 0;
            for (int i = 0; i < own.Length; i++)
            {
                own[i] = row[i] / temperature + offsets[i];
                largest = Math.Max(largest, own[i]);
            }
            for (int i = 0; i < own.Length; i++)
                sum += own[i] = Math.Exp(own[i] - largest);
            for (int i = 0; i < own.Length; i++)
                means[i] += own[i] / sum / logits.Length;
        }
        return means;
    }
}
