using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

/// <summary>A view with a text column of 300 cities and a rent that the city nearly fixes.</summary>
public class ManyCategoriesTests
{
    private const int Cities = 300, Rows = 2400;

    private static readonly MLContext s_ml = new(seed: 4);
    private static readonly IDataView s_view = s_ml.Data.LoadFromEnumerable(Flats());
    private static readonly Lazy<ITransformer> s_model = new(() => Estimator().Fit(s_view));

    [Fact]
    public void Cities_and_rents_are_filled_in()
    {
        Flat[] holes = Flats(), filled = Read(s_model.Value.Transform(s_view));
        HashSet<string> known = [.. holes.Select(flat => flat.City).Where(city => city.Length > 0)];
        Assert.Equal(Cities, known.Count);
        Assert.All(filled, flat => Assert.Contains(flat.City, known));
        foreach ((Flat before, Flat after) in holes.Zip(filled))
        {
            Assert.Equal(before.City.Length > 0 ? before.City : after.City, after.City);
            Assert.Equal(float.IsNaN(before.Rent) ? after.Rent : before.Rent, after.Rent);
        }
        // The noise of a flat is one, and rents go from 100 to 400.
        double[] errors = [.. holes.Zip(filled).Where(pair => float.IsNaN(pair.First.Rent) && pair.First.City.Length > 0)
            .Select(pair => (double)pair.Second.Rent - RentOf(pair.First.City))];
        Assert.True(errors.Length > 200);
        Assert.InRange(Math.Sqrt(errors.Average(error => error * error)), 0, 1.3);
    }

    [Fact]
    public void A_model_from_a_file_fills_a_view_and_a_row_alone_as_the_first_did()
    {
        using MemoryStream file = new();
        s_ml.Model.Save(s_model.Value, s_view.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        Flat[] filled = Read(s_model.Value.Transform(s_view)), again = Read(loaded.Transform(s_view));
        Assert.Equal(filled.Select(flat => (flat.City, flat.Rent, flat.Rooms)), again.Select(flat => (flat.City, flat.Rent, flat.Rooms)));
        var engine = s_ml.Model.CreatePredictionEngine<Flat, Flat>(loaded);
        Assert.Equal(filled.Take(100).Select(flat => (flat.City, flat.Rent, flat.Rooms)),
            Flats().Take(100).Select(flat => engine.Predict(flat)).Select(flat => (flat.City, flat.Rent, flat.Rooms)));
    }

    private static IEstimator<ITransformer> Estimator()
    {
        DiffusionImputeEstimator.Options options = new() { Method = new ChainedRidgeOptions(), FindRelations = false };
        return s_ml.Transforms.DiffusionImpute(Quick.Pairs("City", "Rent", "Rooms"), options);
    }

    private static double RentOf(string city) => 100 + int.Parse(city[5..], System.Globalization.CultureInfo.InvariantCulture);

    private static Flat[] Read(IDataView view) => [.. s_ml.Data.CreateEnumerable<Flat>(view, reuseRowObject: false)];

    private static Flat[] Flats()
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, Rows).Select(row =>
        {
            string city = $"city {row % Cities}";
            double noise = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
            var flat = new Flat { City = city, Rent = (float)(RentOf(city) + 2 * noise), Rooms = random.Next(1, 6) };
            int turn = row / Cities + row % Cities;
            (flat.City, flat.Rent) = (turn % 8 == 0 ? "" : flat.City, turn % 8 == 4 ? float.NaN : flat.Rent);
            return flat;
        })];
    }

    private sealed class Flat
    {
        public string City { get; set; } = "";

        public float Rent { get; set; }

        public float Rooms { get; set; }
    }
}
