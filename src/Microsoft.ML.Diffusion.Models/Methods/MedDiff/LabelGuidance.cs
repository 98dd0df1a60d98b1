namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>How MedDiff makes rows of a class.</summary>
public enum LabelGuidance
{
    /// <summary>A network that knows no classes, led by the gradient of a classifier of noisy rows (Dhariwal and Nichol 2021, algorithm 2):
    /// epsilon - weight sqrt(1 - alphaBar) grad log p(class | x_t).</summary>
    Classifier,

    /// <summary>A network that is told the class, but for a tenth of the training rows (Ho and Salimans 2022): (1 + weight) epsilon
    /// given the
    /// class - weight epsilon without it.</summary>
    ClassifierFree,
}
