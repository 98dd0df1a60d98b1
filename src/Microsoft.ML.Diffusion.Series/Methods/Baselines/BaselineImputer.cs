using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Baselines;

/// <summary>Fills each variable by itself. A draw is the guess and a normal error, as large as errors were on observed values.</summary>
internal sealed class BaselineImputer(
    BaselineImputation method, double[] means, double[] errors, int statics, SeriesDirection direction)
    : SeriesImputer(means.Length, statics, direction)
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Method => method;

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed)
    {
        for (int v = 0; v < Variables; v++)
        {
            ObservedValue before = ObservedValue.None, after = ObservedValue.None;
            int next = 0;
            for (int t = 0; t < series.Length; t++)
            {
                double cell = series.Cells[t * Variables + v];
                completed[t * Variables + v] = cell;
                if (!double.IsNaN(cell))
                {
                    before = new ObservedValue(series.Times[t], cell);
                    continue;
                }
                if (next <= t && Direction == SeriesDirection.Smooth)
                    after = Next(series, v, t + 1, out next);
                completed[t * Variables + v] = GuessOf(series.Times[t], before, after, v);
            }
        }
    }

    /// <inheritdoc/>
    internal override void Draw(Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw = 0)
    {
        Impute(series, completed);
        var random = new SeriesRandom(seed, seriesId, draw);
        for (int t = 0; t < series.Length; t++)
            Disturb(series.Times[t], series.Cells.AsSpan(t * Variables, Variables), completed.Slice(t * Variables, Variables), random);
    }

    /// <inheritdoc/>
    internal override SeriesStream Begin(SeriesRequest request, double[] statics) => new Stream(this, request);

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write((byte)Direction);
        writer.Write(Statics);
        writer.WriteArray(means);
        writer.WriteArray(errors);
    }

    private double GuessOf(double time, ObservedValue before, ObservedValue after, int variable) =>
        double.IsNaN(means[variable]) ? double.NaN : method.Guess(time, before, after, means[variable]);

    private void Disturb(double time, ReadOnlySpan<double> cells, Span<double> completed, SeriesRandom random)
    {
        Philox ofStep = random.At(time);
        for (int v = 0; v < Variables; v++)
        {
            if (double.IsNaN(cells[v]))
                completed[v] += errors[v] * ofStep.Normal((ulong)v);
        }
    }

    private ObservedValue Next(Data.Series series, int variable, int from, out int place)
    {
        for (place = from; place < series.Length; place++)
        {
            double cell = series.Cells[place * Variables + variable];
            if (!double.IsNaN(cell))
                return new ObservedValue(series.Times[place], cell);
        }
        return ObservedValue.None;
    }

    /// <summary>Keeps the last observed value of each variable, so that a step costs as much at the end of a series as at its
    /// beginning.</summary>
    private sealed class Stream(BaselineImputer imputer, SeriesRequest request) : SeriesStream
    {
        private readonly ObservedValue[] _last = [.. Enumerable.Repeat(ObservedValue.None, imputer.Variables)];

        public override void Append(double time, ReadOnlySpan<double> cells, Span<double> completed, Span<CellUncertainty> uncertainties)
        {
            for (int v = 0; v < cells.Length; v++)
            {
                bool isSeen = !double.IsNaN(cells[v]);
                if (isSeen)
                    _last[v] = new ObservedValue(time, cells[v]);
                completed[v] = isSeen ? cells[v] : imputer.GuessOf(time, _last[v], ObservedValue.None, v);
                if (!uncertainties.IsEmpty)
                    uncertainties[v] = isSeen ? CellUncertainty.OfNumber(cells[v], cells[v], 0) : CellUncertainty.Unknown;
            }
            if (request.Mode == ImputationMode.Draw)
                imputer.Disturb(time, cells, completed, new SeriesRandom(request.Seed, request.SeriesId, request.Draw));
        }
    }
}
