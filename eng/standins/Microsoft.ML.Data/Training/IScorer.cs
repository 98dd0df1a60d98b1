namespace Microsoft.ML.Data;

// A trained model as a function of the features; the prediction transformers ask for nothing else. Thread-safe.
internal interface IScorer
{
    // 1, or the number of classes.
    int ScoreCount { get; }

    void Score(in VBuffer<float> features, Span<float> scores);
}

// One whose score has a probability to it.
internal interface IProbabilityScorer : IScorer
{
    float GetProbability(float score);
}
