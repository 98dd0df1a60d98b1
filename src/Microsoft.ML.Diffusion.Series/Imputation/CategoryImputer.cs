using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>Lets any method fill categories beside numbers: inside, each category of a variable is a number of its own, 1 where the
/// variable has it and 0 where it has another; of two categories one number says all, 1 for the second one. Outside a cell is the code of
/// its category. The best guess is the most probable category; a draw takes each category as often as it is probable.</summary>
internal sealed class CategoryImputer : SeriesImputer
{
    /// <summary>What stands in a model file in place of a method's name.</summary>
    public const string Tag = "categories";

    // The most categories of all variables together.
    private const int MostWidth = 1 << 20;

    // The stream of random numbers that categories are drawn by.
    private const ulong Drawn = 0x6361_7465;

    private readonly SeriesImputer _inner;
    private readonly int[] _counts;
    private readonly int[] _first;

    private CategoryImputer(SeriesImputer inner, int[] counts)
        : base(counts.Length, inner.Statics, inner.Direction)
    {
        (_inner, _counts) = (inner, counts);
        _first = FirstOf(counts);
    }

    /// <inheritdoc/>
    public override SeriesImputationMethod Method => _inner.Method;

    /// <inheritdoc/>
    public override bool HasUncertainty => _inner.HasUncertainty;

    /// <summary>The number of categories of each variable; 0 for numbers.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    private protected override string Name => Tag;

    private int Width => _first[^1];

    // A method that draws two categories knows of each draw what it drew of the cells around.
    private bool TakesDraws => _inner.DrawsZerosAndOnes && Array.TrueForAll(_counts, count => WidthOf(count) == 1);

    /// <summary>Trains a method.</summary>
    /// <param name="table">Series whose categories are codes.</param>
    /// <param name="counts">As <see cref="Counts"/>; all 0 gives the method's own imputer.</param>
    /// <param name="options">Options of the method.</param>
    /// <param name="progress">Told a few times a second.</param>
    /// <param name="cancel">Stops the training within a second.</param>
    public static SeriesImputer Train(
        SeriesTable table, int[] counts, SeriesImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        SeriesImputationMethod method = options.Registration;
        if (Array.TrueForAll(counts, count => count == 0))
            return method.Train(table, options, progress, cancel);
        int[] first = FirstOf(counts);
        SeriesTable wider = table with { Variables = first[^1], Items = [.. table.Items.Select(series => Widen(series, counts, first))] };
        return new CategoryImputer(method.Train(wider, options, progress, cancel), counts);
    }

    /// <summary>Reads what <see cref="SaveContent"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="loadInner">Reads the imputer inside, its name first.</param>
    public static SeriesImputer Load(BinaryReader reader, Func<BinaryReader, SeriesImputer> loadInner)
    {
        int[] counts = reader.ReadArray<int>();
        CheckedReading.Require(
            counts.Length > 0 && Array.TrueForAll(counts, count => count >= 0 && count < MostWidth)
                && counts.Sum(count => (long)WidthOf(count)) <= MostWidth,
            "the numbers of categories make no sense");
        SeriesImputer inner = loadInner(reader);
        CheckedReading.Require(inner is not CategoryImputer, "categories are inside categories");
        CheckedReading.Require(inner.Variables == FirstOf(counts)[^1], "the imputer has other variables than there are categories");
        return new CategoryImputer(inner, counts);
    }

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed) => Impute(series, completed, CancellationToken.None);

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed, CancellationToken cancel)
    {
        Data.Series wider = Widen(series, _counts, _first);
        double[] filled = new double[wider.Cells.Length];
        _inner.Impute(wider, filled, cancel);
        Narrow(series.Cells, filled, completed);
    }

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9) =>
        Impute(series, completed, uncertainties, coverage, CancellationToken.None);

    /// <inheritdoc/>
    internal override void Impute(
        Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage, CancellationToken cancel)
    {
        Data.Series wider = Widen(series, _counts, _first);
        double[] filled = new double[wider.Cells.Length];
        var sure = new CellUncertainty[filled.Length];
        _inner.Impute(wider, filled, sure, coverage, cancel);
        Narrow(series.Cells, filled, completed);
        NarrowUncertainties(series.Cells, filled, sure, uncertainties);
    }

    /// <inheritdoc/>
    internal override void Draw(Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw = 0) =>
        Draw(series, completed, seed, seriesId, draw, CancellationToken.None);

    /// <inheritdoc/>
    internal override void Draw(
        Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw, CancellationToken cancel)
    {
        Data.Series wider = Widen(series, _counts, _first);
        double[] drawn = new double[wider.Cells.Length], probable = new double[drawn.Length];
        _inner.Draw(wider, drawn, seed, seriesId, draw, cancel);
        Narrow(series.Cells, drawn, completed);
        if (TakesDraws)
            return;
        _inner.Impute(wider, probable, cancel);
        var random = new SeriesRandom(seed, seriesId, draw);
        for (int t = 0; t < series.Length; t++)
        {
            DrawCategories(
                series.Times[t], series.Cells.AsSpan(t * Variables, Variables), probable.AsSpan(t * Width, Width),
                completed.Slice(t * Variables, Variables), random);
        }
    }

    /// <inheritdoc/>
    internal override SeriesStream Begin(SeriesRequest request, double[] statics) => new Stream(this, request, statics);

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.WriteArray(_counts);
        _inner.SaveInside(writer);
    }

    private static int[] FirstOf(int[] counts)
    {
        int[] first = new int[counts.Length + 1];
        for (int v = 0; v < counts.Length; v++)
            first[v + 1] = first[v] + WidthOf(counts[v]);
        return first;
    }

    // How many numbers a variable of so many categories is.
    private static int WidthOf(int count) => count <= 2 ? 1 : count;

    private static Data.Series Widen(Data.Series series, int[] counts, int[] first)
    {
        double[] cells = new double[series.Length * first[^1]];
        for (int t = 0; t < series.Length; t++)
            Widen(series.Cells.AsSpan(t * counts.Length, counts.Length), counts, first, cells.AsSpan(t * first[^1], first[^1]));
        return series with { Cells = cells };
    }

    private static void Widen(ReadOnlySpan<double> cells, int[] counts, int[] first, Span<double> wider)
    {
        for (int v = 0; v < counts.Length; v++)
        {
            Span<double> own = wider[first[v]..first[v + 1]];
            if (own.Length == 1)
            {
                own[0] = cells[v];
                continue;
            }

            // A variable that was never observed says nothing, whatever it is now.
            own.Fill(double.IsNaN(cells[v]) ? double.NaN : 0);
            if (!double.IsNaN(cells[v]))
                own[(int)cells[v]] = 1;
        }
    }

    private void Narrow(ReadOnlySpan<double> observed, ReadOnlySpan<double> wider, Span<double> completed)
    {
        for (int i = 0; i < completed.Length; i++)
        {
            int v = i % Variables;
            ReadOnlySpan<double> own = wider.Slice(i / Variables * Width + _first[v], _first[v + 1] - _first[v]);
            completed[i] = !double.IsNaN(observed[i]) ? observed[i] : _counts[v] == 0 ? own[0] : MostProbable(own, _counts[v]);
        }
    }

    private void NarrowUncertainties(
        ReadOnlySpan<double> observed, ReadOnlySpan<double> wider, ReadOnlySpan<CellUncertainty> sure, Span<CellUncertainty> uncertainties)
    {
        for (int i = 0; i < uncertainties.Length; i++)
        {
            int v = i % Variables, at = i / Variables * Width + _first[v];
            ReadOnlySpan<double> own = wider.Slice(at, _first[v + 1] - _first[v]);
            uncertainties[i] = _counts[v] == 0 ? sure[at]
                : !double.IsNaN(observed[i]) ? CellUncertainty.OfCategory(1)
                : double.IsNaN(own[0]) ? CellUncertainty.Unknown
                : CellUncertainty.OfCategory(ProbabilityOf((int)MostProbable(own, _counts[v]), own));
        }
    }

    private void DrawCategories(
        double time, ReadOnlySpan<double> observed, ReadOnlySpan<double> probable, Span<double> completed, SeriesRandom random)
    {
        Philox ofStep = random.At(time).Fork(Drawn);
        for (int v = 0; v < Variables; v++)
        {
            ReadOnlySpan<double> own = probable[_first[v].._first[v + 1]];
            if (_counts[v] == 0 || !double.IsNaN(observed[v]) || double.IsNaN(own[0]))
                continue;
            double left = ofStep.Uniform((ulong)v);
            completed[v] = MostProbable(own, _counts[v]);
            for (int code = 0; code < _counts[v]; code++)
            {
                left -= ProbabilityOf(code, own);
                if (left >= 0)
                    continue;
                completed[v] = code;
                break;
            }
        }
    }

    // A method of numbers may say a little less than 0 or more than 1.
    private static double ProbabilityOf(int code, ReadOnlySpan<double> numbers)
    {
        if (numbers.Length == 1)
            return code == 0 ? 1 - Math.Clamp(numbers[0], 0, 1) : Math.Clamp(numbers[0], 0, 1);
        double sum = 0;
        foreach (double share in numbers)
            sum += Math.Max(0, share);
        return Math.Max(0, numbers[code]) / (sum > 0 ? sum : 1);
    }

    private static double MostProbable(ReadOnlySpan<double> numbers, int count)
    {
        if (numbers.Length == 1)
            return double.IsNaN(numbers[0]) ? double.NaN : count == 2 && numbers[0] > 0.5 ? 1 : 0;
        int best = 0;
        for (int code = 1; code < numbers.Length; code++)
        {
            if (numbers[code] > numbers[best])
                best = code;
        }

        return double.IsNaN(numbers[best]) ? double.NaN : best;
    }

    /// <summary>Steps that come one after another.</summary>
    private sealed class Stream(CategoryImputer imputer, SeriesRequest request, double[] statics) : SeriesStream
    {
        private readonly SeriesStream _steps = imputer._inner.Begin(request, statics);
        private readonly SeriesStream? _probable = request.Mode != ImputationMode.Draw || imputer.TakesDraws ? null
            : imputer._inner.Begin(request with { Mode = ImputationMode.Expectation, Coverage = null }, statics);

        private readonly double[] _wider = new double[imputer.Width];
        private readonly double[] _filled = new double[imputer.Width];

        public override void Append(double time, ReadOnlySpan<double> cells, Span<double> completed, Span<CellUncertainty> uncertainties)
        {
            Widen(cells, imputer._counts, imputer._first, _wider);
            var sure = new CellUncertainty[uncertainties.IsEmpty ? 0 : _wider.Length];
            _steps.Append(time, _wider, _filled, sure);
            imputer.Narrow(cells, _filled, completed);
            if (!uncertainties.IsEmpty)
                imputer.NarrowUncertainties(cells, _filled, sure, uncertainties);
            if (_probable is null)
                return;
            _probable.Append(time, _wider, _filled, []);
            imputer.DrawCategories(time, cells, _filled, completed, new SeriesRandom(request.Seed, request.SeriesId, request.Draw));
        }
    }
}
