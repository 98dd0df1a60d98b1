using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class MaxTrainingRowsTests
{
    private const int Limit = 1000;
    private readonly MLContext _ml = new(seed: 3);
    private readonly List<string> _log = [];

    public MaxTrainingRowsTests() => _ml.Log += (_, line) => _log.Add(line.Message);

    [Fact]
    public void As_many_rows_as_allowed_are_kept_and_the_log_says_so()
    {
        DiffusionImputeTransformer transformer = Fit(Lazy(20_000), Limit);

        Assert.Equal(Limit, Kept(transformer).Distinct().Count());
        Assert.Contains(_log, line => line.Contains("1000 of 20000 rows are kept, drawn at random, as MaxTrainingRows is 1000", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.Contains("Training on 1000 rows", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_row_is_as_likely_as_another_to_be_kept()
    {
        const int Rows = 20_000, Parts = 10;
        int[] kept = Kept(Fit(Lazy(Rows), Limit));

        // Five standard deviations: of the mean of 1,000 uniform numbers, and of how many of them fall into a tenth.
        Assert.Equal(Rows / 2.0, kept.Average(), 5 * Rows / Math.Sqrt(12.0 * Limit));
        for (int part = 0; part < Parts; part++)
            Assert.Equal(Limit / (double)Parts, kept.Count(row => row * Parts / Rows == part), 5 * Math.Sqrt(Limit * 0.1 * 0.9));
    }

    [Fact]
    public void The_seed_decides_which_rows_are_kept()
    {
        byte[] model = Bytes(Fit(Lazy(5000), Limit, seed: 1));

        Assert.Equal(model, Bytes(Fit(Lazy(5000), Limit, seed: 1)));
        Assert.NotEqual(Kept(Fit(Lazy(5000), Limit, seed: 1)), Kept(Fit(Lazy(5000), Limit, seed: 2)));
    }

    [Fact]
    public void The_rows_kept_train_as_if_they_were_the_view()
    {
        DiffusionImputeTransformer sampled = Fit(Lazy(5000), Limit);
        HashSet<int> kept = [.. Kept(sampled)];
        DiffusionImputeTransformer whole = Fit(View(Rows(5000).Where(row => kept.Contains((int)row.Id))), limit: null);

        Assert.Equal(Bytes(whole), Bytes(sampled));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(1_000_000)]
    public void A_limit_that_is_not_exceeded_changes_nothing(int limit)
    {
        Assert.Equal(Bytes(Fit(Lazy(200), limit: null)), Bytes(Fit(Lazy(200), limit)));
        Assert.DoesNotContain(_log, line => line.Contains("are kept", StringComparison.Ordinal));
    }

    [Fact]
    public void Categories_are_counted_in_the_rows_kept()
    {
        DiffusionImputeEstimator.Options options = Options(limit: 50);
        options.MaxCategories = 20;
        DiffusionImputeTransformer transformer = Fit(Lazy(5000), options);

        Assert.Equal(20, transformer.Model.Columns[0].Categories.Count);
        Assert.Contains(_log, line => line.Contains("Column 'Id' has 50 different values; the 20 most frequent are its categories", StringComparison.Ordinal));
        Assert.Equal(["even", "odd"], transformer.Model.Columns[1].Categories.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void Memory_is_bounded_by_the_limit_and_not_by_the_view()
    {
        DiffusionImputeEstimator.Options options = Options(limit: 2000);
        options.MaxCategories = 20;
        long bytes = 0;
        Fit(View(Watched()), options);

        // The cells of all rows would take 48 MB.
        Assert.InRange(bytes, 1, 3_000_000);

        IEnumerable<LazyRow> Watched()
        {
            foreach (LazyRow row in Rows(2_000_000))
            {
                // Each thread counts what it allocates itself.
                (int thread, long before) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
                yield return row;
                if (thread == Environment.CurrentManagedThreadId)
                    bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_below_one_is_refused(int limit)
    {
        string message = Assert.Throws<ArgumentException>(() => Fit(Lazy(10), limit)).Message;
        Assert.Contains($"MaxTrainingRows is {limit}; it must be 1 or more, or null to keep all rows.", message, StringComparison.Ordinal);
    }

    // The smallest network, and every row kept is a category of its own: the model tells which they are.
    private static DiffusionImputeEstimator.Options Options(int? limit, int seed = 1)
    {
        DiffusionImputeEstimator.Options options = Quick.Options(method => (method.Epochs, method.ValidationShare) = (1, 0));
        options.MaxTrainingRows = limit;
        options.MaxCategories = Limit;
        options.Seed = seed;
        return options;
    }

    private DiffusionImputeTransformer Fit(IDataView view, int? limit, int seed = 1) => Fit(view, Options(limit, seed));

    private DiffusionImputeTransformer Fit(IDataView view, DiffusionImputeEstimator.Options options) =>
        _ml.Transforms.DiffusionImpute(Quick.Pairs(nameof(LazyRow.Id), nameof(LazyRow.Kind), nameof(LazyRow.Wave)), options).Fit(view);

    private static int[] Kept(DiffusionImputeTransformer transformer) =>
        [.. transformer.Model.Columns[0].Categories.Select(key => int.Parse(key, CultureInfo.InvariantCulture) - 1).Order()];

    private static byte[] Bytes(DiffusionImputeTransformer transformer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        transformer.Model.Save(writer);
        return stream.ToArray();
    }

    // Of a length that nobody knows before its end.
    private IDataView Lazy(int count) => View(Rows(count));

    private IDataView View(IEnumerable<LazyRow> rows)
    {
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        Assert.Null(view.GetRowCount());
        return view;
    }

    // One object for all rows: what a reader of the view allocates is its own.
    private static IEnumerable<LazyRow> Rows(int count)
    {
        var row = new LazyRow();
        for (int i = 0; i < count; i++)
        {
            row.Id = (uint)i;
            row.Kind = i % 2 == 0 ? "even" : i % 3 == 0 ? "" : "odd";
            row.Wave = i % 5 == 0 ? double.NaN : Math.Sin(i);
            yield return row;
        }
    }

    private sealed class LazyRow
    {
        // Row i has the key i + 1.
        [KeyType(10_000_000)]
        public uint Id { get; set; }

        public string Kind { get; set; } = "";

        public double Wave { get; set; }
    }
}
