using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Methods.Masked;

namespace Microsoft.ML.Diffusion.Tests.Roles;

/// <summary>Columns of DateTime are learnt with their weekday and time of day.</summary>
public class DatePartsTests
{
    private const int Rows = 1200;

    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void A_number_that_follows_the_weekday_and_the_hour_is_filled_in_from_them()
    {
        List<Sale> sales = Make();
        float[] truth = [.. sales.Select(sale => sale.Amount)];
        for (int i = 0; i < Rows; i += 5)
            sales[i].Amount = float.NaN;
        IDataView rows = _ml.Data.LoadFromEnumerable(sales);
        var pipeline = _ml.Transforms.DiffusionImpute(
            Quick.Pairs("Amount"), new() { Method = new ExtraTreesOptions { Trees = 20 }, PredictorColumns = ["Sold"], Seed = 1 });
        DiffusionImputeTransformer model = pipeline.Fit(rows);
        float[] filled = ColumnValues.Of<float>(model.Transform(rows), "Amount");
        // Two amounts of one weekday and hour differ by 1 on average, any two by 15.
        Assert.InRange(Enumerable.Range(0, Rows / 5).Average(i => Math.Abs(filled[5 * i] - truth[5 * i])), 0, 3);

        // One row by itself, and a model from a file, say the same.
        using var file = new MemoryStream();
        _ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        using PredictionEngine<Sale, Sale> engine =
            _ml.Model.CreatePredictionEngine<Sale, Sale>(_ml.Model.Load(file, out _));
        for (int i = 0; i < 100; i++)
            Assert.Equal(filled[i], engine.Predict(sales[i]).Amount);
    }

    [Fact]
    public void Made_rows_have_the_numbers_of_their_weekday_and_hour()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Make());
        var options = new DiffusionSynthesizeEstimator.Options
        {
            Method = new MaskedOptions { Width = 64, Blocks = 1, Steps = 800, BatchSize = 128 },
            Seed = 1,
        };
        IDataView made = _ml.Data.DiffusionSynthesize(rows, 500, labelColumnName: null, options: options);
        Sale[] sales = [.. _ml.Data.CreateEnumerable<Sale>(made, reuseRowObject: false)];
        Assert.Equal(500, sales.Length);
        Assert.InRange(sales.Average(sale => Math.Abs(sale.Amount - AmountAt(sale.Sold))), 0, 7);
        Assert.All(sales, sale => Assert.InRange(sale.Sold, new DateTime(2021, 1, 1), new DateTime(2022, 12, 31)));
    }

    private static List<Sale> Make()
    {
        Random random = new(4);
        return [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            DateTime sold = new DateTime(2021, 1, 1).AddDays(random.Next(700)).AddMinutes(30 * random.Next(16, 42));
            return new Sale { Sold = sold, Amount = (float)(AmountAt(sold) + 2 * random.NextDouble()) };
        })];
    }

    private static double AmountAt(DateTime moment) =>
        (moment.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 40 : 10) + (moment.Hour >= 14 ? 20 : 0);

    private sealed class Sale
    {
        public DateTime Sold { get; set; }

        public float Amount { get; set; }
    }
}
