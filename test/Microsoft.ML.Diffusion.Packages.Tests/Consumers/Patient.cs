using Microsoft.ML;

/// <summary>A simulated patient; what was not measured is NaN or empty.</summary>
internal sealed class Patient
{
    public float Age { get; set; }
    public float Lactate { get; set; }
    public string Ward { get; set; } = "";
    public bool Label { get; set; }

    /// <summary>Lactate rises with age and is high in intensive care; a fifth of each is missing.</summary>
    public static IEnumerable<Patient> Simulate(int count)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++)
        {
            float age = 20 + 60 * random.NextSingle();
            bool intensive = random.NextSingle() < .4f;
            float lactate = 1 + age / 40 + (intensive ? 3 : 0) + random.NextSingle();
            yield return new Patient
            {
                Age = random.NextSingle() < .2f ? float.NaN : age,
                Lactate = random.NextSingle() < .2f ? float.NaN : lactate,
                Ward = random.NextSingle() < .2f ? "" : intensive ? "ICU" : "general",
                Label = lactate + random.NextSingle() > 4,
            };
        }
    }

    /// <summary>What the model fills in and predicts for a patient of intensive care whose lactate was not measured.</summary>
    public static string Describe(MLContext ml, ITransformer model)
    {
        using PredictionEngine<Patient, Prediction> engine = ml.Model.CreatePredictionEngine<Patient, Prediction>(model);
        Prediction prediction = engine.Predict(new Patient { Age = 70, Lactate = float.NaN, Ward = "ICU" });
        return $"lactate={prediction.Lactate:R} probability={prediction.Probability:R}";
    }

    private sealed class Prediction
    {
        public float Lactate { get; set; }
        public float Probability { get; set; }
    }
}
