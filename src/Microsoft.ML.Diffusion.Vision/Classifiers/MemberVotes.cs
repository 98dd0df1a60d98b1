namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>What the members of an ensemble say about one pixel together.</summary>
internal static class MemberVotes
{
    /// <summary>Turns numbers into the softmax of them, in place.</summary>
    public static void Softmax(Span<float> logits)
    {
        float largest = float.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        foreach (ref float logit in logits)
            sum += logit = MathF.Exp(logit - largest);
        foreach (ref float logit in logits)
            logit /= sum;
    }

    /// <summary>The mean of the members' probabilities.</summary>
    /// <param name="members">[members, classes].</param>
    /// <param name="mean">Receives [classes].</param>
    public static void Mean(ReadOnlySpan<float> members, Span<float> mean)
    {
        mean.Clear();
        int count = members.Length / mean.Length;
        for (int first = 0; first < members.Length; first += mean.Length)
        {
            for (int i = 0; i < mean.Length; i++)
                mean[i] += members[first + i];
        }

        foreach (ref float value in mean)
            value /= count;
    }

    /// <summary>The share of members that take each class for the most probable one.</summary>
    /// <param name="members">[members, classes].</param>
    /// <param name="shares">Receives [classes].</param>
    public static void Shares(ReadOnlySpan<float> members, Span<float> shares)
    {
        shares.Clear();
        int classes = shares.Length, count = members.Length / classes;
        for (int member = 0; member < count; member++)
            shares[Largest(members.Slice(member * classes, classes))] += 1f / count;
    }

    /// <summary>The entropy of the mean probability less the mean of the entropies, with natural logarithms: how much the members disagree
    /// (Baranchuk et al. 2022, section 5; the Jensen-Shannon divergence).</summary>
    /// <param name="members">[members, classes].</param>
    /// <param name="mean">[classes]: the mean of the members' probabilities.</param>
    public static float Disagreement(ReadOnlySpan<float> members, ReadOnlySpan<float> mean)
    {
        double own = 0;
        int classes = mean.Length, count = members.Length / classes;
        for (int member = 0; member < count; member++)
            own += Entropy(members.Slice(member * classes, classes));
        return Disagreement(own / count, mean);
    }

    /// <summary>The same where the entropies of the members are known.</summary>
    /// <param name="entropy">Their mean.</param>
    /// <param name="mean">[classes]: the mean of the members' probabilities.</param>
    public static float Disagreement(double entropy, ReadOnlySpan<float> mean) => (float)Math.Max(0, Entropy(mean) - entropy);

    /// <summary>The place of the largest number, of the first one where several are.</summary>
    public static int Largest(ReadOnlySpan<float> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[largest])
                largest = i;
        }

        return largest;
    }

    /// <summary>The entropy of probabilities, with natural logarithms.</summary>
    public static double Entropy(ReadOnlySpan<float> probabilities)
    {
        double sum = 0;
        foreach (float p in probabilities)
            sum -= p > 0 ? p * Math.Log(p) : 0;
        return sum;
    }
}
