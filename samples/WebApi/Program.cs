// A web service that diagnoses biopsies with missing measurements, with a pool of engines and a description in OpenAPI.
//   dotnet run -c Release --project samples/WebApi
//   curl -H "Content-Type: application/json" -d '{"clumpThickness":8,"cellSize":7,"mitoses":1}' http://localhost:5000/diagnosis
//   curl http://localhost:5000/openapi/v1.json
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenApi();
builder.Services.AddSingleton(new MLContext(seed: 1));
builder.Services.AddSingleton(services => Models.TrainOrLoad(services.GetRequiredService<MLContext>()));
// A PredictionEngine is for one thread at a time. Microsoft.Extensions.ML has a pool that also reloads a model that has changed.
builder.Services.AddSingleton<ObjectPool<PredictionEngine<Biopsy, Diagnosis>>>(services =>
    new DefaultObjectPool<PredictionEngine<Biopsy, Diagnosis>>(new EnginePolicy(
        services.GetRequiredService<MLContext>(), services.GetRequiredService<ITransformer>())));
WebApplication app = builder.Build();
app.MapOpenApi();
app.MapPost("/diagnosis", (Measurements measured, ObjectPool<PredictionEngine<Biopsy, Diagnosis>> pool) =>
{
    PredictionEngine<Biopsy, Diagnosis> engine = pool.Get();
    try
    {
        Diagnosis diagnosis = engine.Predict(measured.ToBiopsy());
        return new Answer(diagnosis.PredictedLabel, diagnosis.Probability, diagnosis.BareNuclei);
    }
    finally
    {
        pool.Return(engine);
    }
});
// Trained, or loaded, before the first request.
app.Services.GetRequiredService<ITransformer>();
app.Run();

/// <summary>What a client sends: what was not measured is left out.</summary>
internal sealed record Measurements(
    float? ClumpThickness, float? CellSize, float? CellShape, float? MarginalAdhesion, float? EpithelialCellSize, float? BareNuclei,
    float? BlandChromatin, float? NormalNucleoli, float? Mitoses)
{
    // NaN is missing; JSON has none.
    public Biopsy ToBiopsy() => new()
    {
        ClumpThickness = ClumpThickness ?? float.NaN,
        CellSize = CellSize ?? float.NaN,
        CellShape = CellShape ?? float.NaN,
        MarginalAdhesion = MarginalAdhesion ?? float.NaN,
        EpithelialCellSize = EpithelialCellSize ?? float.NaN,
        BareNuclei = BareNuclei ?? float.NaN,
        BlandChromatin = BlandChromatin ?? float.NaN,
        NormalNucleoli = NormalNucleoli ?? float.NaN,
        Mitoses = Mitoses ?? float.NaN,
    };
}

/// <summary>What it gets back.</summary>
/// <param name="Malignant">Whether the cells are more likely malignant than not.</param>
/// <param name="Probability">That they are, 0 to 1.</param>
/// <param name="BareNuclei">As measured, or filled in.</param>
internal sealed record Answer(bool Malignant, float Probability, float BareNuclei);

/// <summary>Makes engines for the pool.</summary>
internal sealed class EnginePolicy(MLContext ml, ITransformer model) : PooledObjectPolicy<PredictionEngine<Biopsy, Diagnosis>>
{
    public override PredictionEngine<Biopsy, Diagnosis> Create() => ml.Model.CreatePredictionEngine<Biopsy, Diagnosis>(
        model, new PredictionEngineOptions { OwnsTransformer = false });

    public override bool Return(PredictionEngine<Biopsy, Diagnosis> obj) => true;
}

/// <summary>The model: one pipeline from measurements with holes to a diagnosis.</summary>
internal static class Models
{
    public static ITransformer TrainOrLoad(MLContext ml)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "model.zip");
        if (File.Exists(path))
            return ml.Model.Load(path, out _);
        IDataView rows = ml.Data.LoadFromTextFile<Biopsy>(
            Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv"),
            new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true });
        ITransformer model = ml.Transforms.DiffusionImpute(Biopsy.Measurements)
            .Append(ml.Transforms.Concatenate("Features", Biopsy.Measurements))
            .Append(ml.BinaryClassification.Trainers.FastTree(labelColumnName: nameof(Biopsy.Malignant)))
            .Fit(rows);
        ml.Model.Save(model, rows.Schema, path);
        return model;
    }
}
