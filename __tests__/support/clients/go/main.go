// Goes through the flow with golang.org/x/oauth2 and go-oidc.
//
// go run . ISSUER CLIENT_ID REDIRECT_URI SCOPE API_URL prints the URL of the sign-in, reads where the browser ends, and
// prints what the test looks at.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func main() {
	issuer, clientID, redirectURL, scope, apiURL := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	ctx := context.Background()
	provider := must(oidc.NewProvider(ctx, issuer))
	config := oauth2.Config{
		ClientID:    clientID,
		RedirectURL: redirectURL,
		Scopes:      []string{oidc.ScopeOpenID, scope},
		Endpoint:    provider.Endpoint(),
	}
	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	fmt.Println(config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))

	var browserURL string
	_ = must(fmt.Scanln(&browserURL))
	callback := must(url.Parse(browserURL)).Query()
	tokens := must(config.Exchange(ctx, callback.Get("code"), oauth2.VerifierOption(verifier)))
	idToken := must(provider.Verifier(&oidc.Config{ClientID: clientID}).Verify(ctx, tokens.Extra("id_token").(string)))
	_, otherClient := provider.Verifier(&oidc.Config{ClientID: "another"}).Verify(ctx, tokens.Extra("id_token").(string))
	userInfo := must(provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens)))

	response := must(config.Client(ctx, tokens).Get(apiURL))
	var api any
	check(json.NewDecoder(response.Body).Decode(&api))

	refresh := func() (*oauth2.Token, error) {
		return config.TokenSource(ctx, &oauth2.Token{RefreshToken: tokens.RefreshToken}).Token()
	}
	refreshed := must(refresh())
	var metadata struct {
		RevocationEndpoint string `json:"revocation_endpoint"`
	}
	check(provider.Claims(&metadata))
	form := url.Values{"client_id": {clientID}, "token": {tokens.RefreshToken}}
	revocation := must(http.PostForm(metadata.RevocationEndpoint, form))
	_, err := refresh()
	var afterRevocation *oauth2.RetrieveError
	errors.As(err, &afterRevocation)

	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"isMine":          callback.Get("state") == state && idToken.Nonce == nonce,
		"email":           userInfo.Email,
		"isSame":          userInfo.Subject == idToken.Subject && userInfo.EmailVerified,
		"accessToken":     idToken.VerifyAccessToken(tokens.AccessToken) == nil,
		"rejected":         []bool{otherClient != nil, idToken.VerifyAccessToken("another") != nil},
		"api":             api,
		"isNew":           refreshed.AccessToken != tokens.AccessToken,
		"revocation":      revocation.StatusCode,
		"afterRevocation": afterRevocation.ErrorCode,
	}))
}

func must[Value any](value Value, err error) Value {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
