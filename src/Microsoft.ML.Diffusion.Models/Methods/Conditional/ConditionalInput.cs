using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>What a <see cref="ConditionalDenoiser"/> sees of a row. Per number: its value where known, the same in piecewise
/// linear encoding, and, while it is being drawn, its noisy state; per category a one-hot; per cell whether it is known;
/// and the noise level. What is unknown enters as zeros.</summary>
internal sealed class ConditionalInput
{
    private const int TimeFeatures = 8;

    // Guesses are all made at full noise.
    private static readonly float[] s_fullNoise = FullNoise();

    private readonly EncodedColumn[] _columns;
    private readonly PiecewiseLinearEncoding?[] _bins;
    private readonly int[] _starts;
    private readonly int _flags;
    private readonly int _states;
    private readonly int _time;

    private ConditionalInput(IReadOnlyList<EncodedColumn> columns, PiecewiseLinearEncoding?[] bins)
    {
        _columns = [.. columns];
        _bins = bins;
        _starts = new int[_columns.Length];
        int width = 0;
        for (int i = 0; i < _columns.Length; i++)
        {
            _starts[i] = width;
            width += _columns[i].SlotCount + (bins[i]?.Count ?? 0);
        }
        _flags = width;
        _states = _flags + _columns.Length;
        _time = _states + 2 * _columns.Count(column => column.Scaler is not null);
        Width = _time + TimeFeatures;
    }

    /// <summary>The number of inputs.</summary>
    public int Width { get; }

    /// <summary>Lays out the inputs for encoded columns.</summary>
    /// <param name="rows">The rows, to which the bins are fitted.</param>
    /// <param name="bins">The most bins per number; 0 for none.</param>
    public static ConditionalInput Fit(EncodedRows rows, int bins)
    {
        IReadOnlyList<EncodedColumn> columns = rows.Columns;
        PiecewiseLinearEncoding?[] encodings = new PiecewiseLinearEncoding?[columns.Count];
        List<float> values = [];
        for (int i = 0; bins > 0 && i < columns.Count; i++)
        {
            if (columns[i].Scaler is null)
                continue;
            values.Clear();
            for (int row = 0; row < rows.RowCount; row++)
            {
                float cell = rows.Row(row)[i];
                if (!float.IsNaN(cell))
                    values.Add(cell);
            }
            encodings[i] = PiecewiseLinearEncoding.Fit([.. values], bins);
        }
        return new ConditionalInput(columns, encodings);
    }

    /// <summary>Writes the inputs for one row.</summary>
    /// <param name="known">One cell per encoded column, NaN where unknown.</param>
    /// <param name="states">One per encoded column: the noisy state of a number that is being drawn, shrunk to the estimate of
    /// it that it is; NaN elsewhere. Empty at full noise.</param>
    /// <param name="level">The noise level as a share of T, 0 to 1.</param>
    /// <param name="input">Receives <see cref="Width"/> values.</param>
    public void Write(ReadOnlySpan<float> known, ReadOnlySpan<float> states, float level, Span<float> input)
    {
        input.Clear();
        int state = _states;
        for (int i = 0; i < _columns.Length; i++)
        {
            float cell = known[i];
            bool isNumber = _columns[i].Scaler is not null;
            if (!float.IsNaN(cell))
            {
                input[_flags + i] = 1;
                if (isNumber)
                {
                    input[_starts[i]] = cell;
                    if (_bins[i] is { } bins)
                        bins.Encode(cell, input.Slice(_starts[i] + 1, bins.Count));
                }
                else
                {
                    input[_starts[i] + (int)cell] = 1;
                }
            }
            else if (isNumber && !states.IsEmpty && !float.IsNaN(states[i]))
            {
                input[state] = states[i];
                input[state + 1] = 1;
            }
            state += isNumber ? 2 : 0;
        }
        if (level == 1)
            s_fullNoise.CopyTo(input[_time..]);
        else
            WriteTime(level, input[_time..]);
    }

    private static void WriteTime(float level, Span<float> features)
    {
        for (int i = 0; i < TimeFeatures / 2; i++)
            (features[2 * i], features[2 * i + 1]) = MathF.SinCos(MathF.PI * (i + 1) * level);
    }

    private static float[] FullNoise()
    {
        float[] features = new float[TimeFeatures];
        WriteTime(1, features);
        return features;
    }

    public void Save(BinaryWriter writer)
    {
        foreach (PiecewiseLinearEncoding? bins in _bins)
        {
            writer.Write(bins is not null);
            bins?.Save(writer);
        }
    }

    public static ConditionalInput Load(BinaryReader reader, IReadOnlyList<EncodedColumn> columns)
    {
        PiecewiseLinearEncoding?[] bins = new PiecewiseLinearEncoding?[columns.Count];
        for (int i = 0; i < bins.Length; i++)
        {
            bins[i] = reader.ReadBoolean() ? PiecewiseLinearEncoding.Load(reader) : null;
            CheckedReading.Require(bins[i] is null || columns[i].Scaler is not null, "a category has bins");
        }
        return new ConditionalInput(columns, bins);
    }
}
